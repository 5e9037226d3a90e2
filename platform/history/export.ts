import { parquetWriteBuffer } from 'hyparquet-writer';
import type { Entity, Provenance } from '../context/index.ts';
import { csvCell } from '../words/index.ts';
import type { Curve } from './index.ts';
import { LOCAL_OFFSET_MS } from './local-time.ts';

/** Said on every line: a file loses its heading when it is cut up. */
export const provenanceWords: Record<Provenance, string> = {
  measured: 'so lieu do',
  simulated: 'DU LIEU MO PHONG',
  replayed: 'DU LIEU PHAT LAI',
};

type Exported = { entity: Pick<Entity, 'id' | 'name' | 'provenance'>; property: string; curve: Curve };

const heads = ['time', 'entity', 'name', 'property', 'unit', 'value', 'min', 'max', 'n', 'completeness', 'provenance'];

/** A curve as CSV, times in local time (UTC+7). `bom` puts the mark in front that Excel needs to read UTF-8. */
export function curveCsv({ entity, property, curve }: Exported, bom: boolean): string {
  const lines = [
    heads.join(','),
    ...curve.points.map((point) =>
      [
        new Date(point.at + LOCAL_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' '),
        csvCell(entity.id),
        csvCell(entity.name),
        csvCell(property),
        csvCell(curve.unit),
        point.value ?? '',
        point.min ?? '',
        point.max ?? '',
        point.n,
        point.share.toFixed(3),
        provenanceWords[entity.provenance],
      ].join(','),
    ),
  ];
  return `${bom ? '\uFEFF' : ''}${lines.join('\r\n')}\r\n`;
}

/** The same as Apache Parquet (snappy): `time` is an instant in UTC, numbers are doubles with nulls for gaps. */
export function curveParquet({ entity, property, curve }: Exported): Buffer {
  const { points } = curve;
  const same = (value: string) => points.map(() => value);
  return Buffer.from(
    parquetWriteBuffer({
      columnData: [
        { name: 'time', data: points.map((point) => new Date(point.at)), type: 'TIMESTAMP', nullable: false },
        { name: 'entity', data: same(entity.id), type: 'STRING', nullable: false },
        { name: 'name', data: same(entity.name), type: 'STRING', nullable: false },
        { name: 'property', data: same(property), type: 'STRING', nullable: false },
        { name: 'unit', data: same(curve.unit), type: 'STRING', nullable: false },
        { name: 'value', data: points.map((point) => point.value), type: 'DOUBLE' },
        { name: 'min', data: points.map((point) => point.min), type: 'DOUBLE' },
        { name: 'max', data: points.map((point) => point.max), type: 'DOUBLE' },
        { name: 'n', data: points.map((point) => point.n), type: 'INT32', nullable: false },
        { name: 'completeness', data: points.map((point) => point.share), type: 'DOUBLE', nullable: false },
        { name: 'provenance', data: same(provenanceWords[entity.provenance]), type: 'STRING', nullable: false },
      ],
      kvMetadata: [{ key: 'provenance', value: provenanceWords[entity.provenance] }],
    }),
  );
}
