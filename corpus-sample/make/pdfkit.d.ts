/** The slice of pdfkit that `pdf.ts` uses; the package carries no types. */
declare module 'pdfkit' {
  export interface OutlineItem {
    addItem(title: string): OutlineItem;
  }
  export default class PDFDocument {
    constructor(options: {
      readonly size: string;
      readonly margin: number;
      readonly autoFirstPage: boolean;
      readonly bufferPages: boolean;
      readonly lang?: string;
      readonly info: Readonly<Record<string, string | Date>>;
    });
    readonly outline: OutlineItem;
    addPage(): this;
    switchToPage(index: number): this;
    bufferedPageRange(): { readonly start: number; readonly count: number };
    font(name: string): this;
    fontSize(size: number): this;
    fillColor(color: string): this;
    widthOfString(text: string): number;
    text(text: string, x: number, y: number, options: { readonly lineBreak: false }): this;
    moveTo(x: number, y: number): this;
    lineTo(x: number, y: number): this;
    lineWidth(width: number): this;
    strokeColor(color: string): this;
    stroke(): this;
    on(event: 'data', listener: (chunk: Buffer) => void): this;
    on(event: 'end', listener: () => void): this;
    end(): void;
  }
}
