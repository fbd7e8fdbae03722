import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { Data, DataType } from 'apache-arrow';
import { Fault } from '../../core/fault.ts';
import { plainText } from './query-text.ts';

type Values = readonly DuckDBValue[];
type Arrow = typeof import('apache-arrow');
type Duck = typeof import('@duckdb/node-api');

interface Buffers {
  readonly data: ArrayBufferView;
  readonly valueOffsets?: Int32Array;
}

/** How one column becomes Arrow: its type, and the buffers that hold some of its values. */
export interface ArrowColumn {
  readonly type: DataType;
  buffers(values: Values): Buffers;
}

/** The Arrow columns of DuckDB types: numbers and times keep their width and unit, what Arrow shapes otherwise becomes text. */
export async function arrowColumns(types: readonly DuckDBType[]): Promise<ArrowColumn[]> {
  const [arrow, duck] = await Promise.all([import('apache-arrow'), import('@duckdb/node-api')]);
  const fixed = fixedColumns(arrow, duck);
  const { DuckDBTypeId: Id } = duck;
  return types.map((type) => {
    if (type instanceof duck.DuckDBDecimalType) return decimalColumn(arrow, type.width, type.scale);
    if (type.typeId === Id.HUGEINT) return decimalColumn(arrow, 38, 0);
    if (type.typeId === Id.BOOLEAN)
      return { type: new arrow.Bool(), buffers: (values) => ({ data: bits(values, (value) => value === true) }) };
    if (type.typeId === Id.BLOB)
      return {
        type: new arrow.Binary(),
        buffers: (values) => bytes(values, (value) => (value as { bytes: Uint8Array }).bytes),
      };
    return (
      fixed.get(type.typeId) ?? {
        type: new arrow.Utf8(),
        buffers: (values) => bytes(values, (value) => Buffer.from(plainText(value as never))),
      }
    );
  });
}

function fixedColumns(arrow: Arrow, { DuckDBTypeId: Id }: Duck): Map<number, ArrowColumn> {
  const number = <T extends { [index: number]: number } & ArrayBufferView>(
    type: DataType,
    make: new (length: number) => T,
    field?: string,
  ): ArrowColumn => ({
    type,
    buffers: (values) => ({
      data: fill(new make(values.length), values, (value) => Number(field === undefined ? value : part(value, field))),
    }),
  });
  const wide = (
    type: DataType,
    make: new (length: number) => BigInt64Array | BigUint64Array,
    field?: string,
  ): ArrowColumn => ({
    type,
    buffers: (values) => ({
      data: fill(new make(values.length), values, (value) =>
        BigInt(field === undefined ? (value as bigint) : part(value, field)),
      ),
    }),
  });
  return new Map<number, ArrowColumn>([
    [Id.TINYINT, number(new arrow.Int8(), Int8Array)],
    [Id.SMALLINT, number(new arrow.Int16(), Int16Array)],
    [Id.INTEGER, number(new arrow.Int32(), Int32Array)],
    [Id.BIGINT, wide(new arrow.Int64(), BigInt64Array)],
    [Id.UTINYINT, number(new arrow.Uint8(), Uint8Array)],
    [Id.USMALLINT, number(new arrow.Uint16(), Uint16Array)],
    [Id.UINTEGER, number(new arrow.Uint32(), Uint32Array)],
    [Id.UBIGINT, wide(new arrow.Uint64(), BigUint64Array)],
    [Id.FLOAT, number(new arrow.Float32(), Float32Array)],
    [Id.DOUBLE, number(new arrow.Float64(), Float64Array)],
    [Id.DATE, number(new arrow.DateDay(), Int32Array, 'days')],
    [Id.TIME, wide(new arrow.TimeMicrosecond(), BigInt64Array, 'micros')],
    [Id.TIMESTAMP, wide(new arrow.TimestampMicrosecond(), BigInt64Array, 'micros')],
    [Id.TIMESTAMP_TZ, wide(new arrow.TimestampMicrosecond('UTC'), BigInt64Array, 'micros')],
    [Id.TIMESTAMP_S, wide(new arrow.TimestampSecond(), BigInt64Array, 'seconds')],
    [Id.TIMESTAMP_MS, wide(new arrow.TimestampMillisecond(), BigInt64Array, 'millis')],
    [Id.TIMESTAMP_NS, wide(new arrow.TimestampNanosecond(), BigInt64Array, 'nanos')],
  ]);
}

function part(value: unknown, field: string): bigint | number {
  return (value as Readonly<Record<string, bigint | number>>)[field]!;
}

function fill<T extends { [index: number]: V }, V>(array: T, values: Values, convert: (value: unknown) => V): T {
  values.forEach((value, index) => {
    if (value !== null) array[index] = convert(value);
  });
  return array;
}

function bits(values: Values, isSet: (value: DuckDBValue) => boolean): Uint8Array {
  const packed = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, index) => {
    if (isSet(value)) packed[index >> 3] = packed[index >> 3]! | (1 << (index & 7));
  });
  return packed;
}

function bytes(values: Values, convert: (value: unknown) => Uint8Array): Buffers {
  const valueOffsets = new Int32Array(values.length + 1);
  const pieces = values.map((value, index) => {
    const piece = value === null ? new Uint8Array() : convert(value);
    valueOffsets[index + 1] = valueOffsets[index]! + piece.length;
    return piece;
  });
  return { data: Buffer.concat(pieces), valueOffsets };
}

function decimalColumn(arrow: Arrow, width: number, scale: number): ArrowColumn {
  const buffers = (values: Values) => {
    const data = new BigInt64Array(values.length * 2);
    values.forEach((value, index) => {
      if (value === null) return;
      const whole = typeof value === 'bigint' ? value : BigInt(part(value, 'value'));
      if (whole >= 10n ** 38n || whole <= -(10n ** 38n)) {
        throw new Fault('query-failed', `${whole} has more digits than an Arrow decimal holds`, {
          next: 'Cast the column to VARCHAR.',
        });
      }
      data[index * 2] = BigInt.asIntN(64, whole);
      data[index * 2 + 1] = whole >> 64n;
    });
    return { data: new Uint32Array(data.buffer) };
  };
  return { type: new arrow.Decimal(scale, width, 128), buffers };
}

/** Some values of a column as Arrow holds them. */
export function columnData(arrow: Arrow, column: ArrowColumn, values: Values): Data {
  const nullCount = values.reduce<number>((count, value) => (value === null ? count + 1 : count), 0);
  const nullBitmap = bits(values, (value) => value !== null);
  return arrow.makeData({
    type: column.type,
    length: values.length,
    nullCount,
    nullBitmap,
    ...column.buffers(values),
  } as never);
}
