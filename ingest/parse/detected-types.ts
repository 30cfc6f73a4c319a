import { FORMATS } from './table.ts';

/** Types that are told by their first bytes and never read, beside those of the table. */
const BINARY_TYPES = new Set(
  (
    'exe,elf,macho,class,msi,ole,ooxml,binary,wasm,deb,rpm,swf,cab,iso,dmg,sqlite,' +
    'png,jpg,gif,webp,bmp,tif,heic,avif,psd,ico,jp2,icns,cr2,cr3,nef,arw,dng,' +
    'mp3,mp4,m4a,m4v,mov,avi,mkv,webm,wav,flac,ogg,opus,aac,mpg,wmv,asf,flv,mid,amr,' +
    'ttf,otf,woff,woff2,eot,bz2,xz,lz,Z,ar,cpio,lnk,pgp,dwg,skp,blend,glb,stl,indd,ai,eps,ps,parquet,avro,arrow,pcap,pst,torrent'
  ).split(','),
);

/** Whether detection ever gives this type, so that a misspelt one in a policy is not a silent hole. */
export function isDetectedType(type: string): boolean {
  return BINARY_TYPES.has(type) || FORMATS.some((format) => format.type === type);
}
