import { describe, expect, it } from 'vitest';
import { parseGetfattr, printedName } from '../../../acl/xattr/getfattr-output.ts';

const NAME = 'security.NTACL';
const block = (path: string, hex: string, name = NAME): string => `# file: ${path}\n${name}=0x${hex}\n\n`;

describe('what getfattr prints', () => {
  it('is taken apart by path', () => {
    const values = parseGetfattr(block('/a', '0102') + block('/b c', ''), NAME);
    expect([...(values ?? [])].map(([path, value]) => [path, [...value]])).toEqual([
      ['/a', [1, 2]],
      ['/b c', []],
    ]);
  });

  it('is nothing where nobody has the attribute', () => {
    expect(parseGetfattr('', NAME)?.size).toBe(0);
  });

  it.each([
    ['cut short within a value', block('/a', '0102').slice(0, -4)],
    ['cut short after a value', block('/a', '0102').slice(0, -1)],
    ['of another attribute', block('/a', '01', 'security.NTACL2')],
    ['of an attribute that ends alike', block('/a', '01', 'user.security.NTACL')],
    ['with a path twice', block('/a', '01') + block('/a', '02')],
    ['with two attributes', `# file: /a\n${NAME}=0x01\nuser.x=0x02\n\n`],
    ['with half a byte', block('/a', '012')],
    ['in another encoding', `# file: /a\n${NAME}="text"\n\n`],
    ['without a value', `# file: /a\n${NAME}\n\n`],
    ['of no path', `${NAME}=0x01\n\n`],
  ])('is not believed when it is %s', (_, output) => {
    expect(parseGetfattr(output, NAME)).toBeNull();
  });

  it.each([
    ['a\nb', 'a\\012b'],
    ['a\\012b', 'a\\134012b'],
    ['\r', '\\015'],
    ['é "x"=\t', 'é "x"=\t'],
  ])('names %j as %s', (path, printed) => {
    expect(printedName(path)).toBe(printed);
  });
});
