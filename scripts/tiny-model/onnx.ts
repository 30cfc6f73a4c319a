/** Writes ONNX as protobuf; field numbers from onnx.proto3. */

export const FLOAT = 1;
export const INT8 = 3;
export const INT64 = 7;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Buffer.from([...bytes, rest]);
}

export const int = (field: number, value: number): Buffer =>
  Buffer.concat([varint(field * 8), varint(value)]);

/** A length-delimited field: string, bytes or message. */
export function part(field: number, content: string | Buffer | readonly Buffer[]): Buffer {
  const body =
    typeof content === 'string' || Buffer.isBuffer(content) ? Buffer.from(content) : Buffer.concat(content);
  return Buffer.concat([varint(field * 8 + 2), varint(body.length), body]);
}

export const tensor = (name: string, type: number, dims: readonly number[], raw: Buffer): Buffer =>
  part(5, [...dims.map((dim) => int(1, dim)), int(2, type), part(8, name), part(9, raw)]);

/** A whole number as an attribute of a node. */
const ATTRIBUTE_INT = 2;

/** One operation, named after its output; `attributes` are whole numbers. */
export const node = (
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, number>> = {},
): Buffer =>
  part(1, [
    ...inputs.map((input) => part(1, input)),
    part(2, output),
    part(3, output),
    part(4, op),
    ...Object.entries(attributes).map(([name, whole]) =>
      part(5, [part(1, name), int(3, whole), int(20, ATTRIBUTE_INT)]),
    ),
  ]);

/** A model of operators of version 13 around a graph. */
export const model = (graph: readonly Buffer[]): Buffer =>
  Buffer.concat([int(1, 8), part(2, 'need-to-know'), part(7, graph), part(8, [part(1, ''), int(2, 13)])]);

/** A graph input (field 11) or output (field 12). Named sizes stay free. */
export function value(
  field: 11 | 12,
  name: string,
  type: number,
  dims: readonly (string | number)[],
): Buffer {
  const shape = dims.map((dim) => part(1, typeof dim === 'number' ? int(1, dim) : part(2, dim)));
  return part(field, [part(1, name), part(2, part(1, [int(1, type), part(2, shape)]))]);
}
