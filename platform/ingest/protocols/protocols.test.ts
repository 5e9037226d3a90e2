import { describe, expect, it } from 'vitest';
import { readChirpStack, readTtn } from './lorawan.ts';
import { mapped } from './mapping.ts';
import { readNotification } from './ngsi.ts';
import { readSensorCommunity } from './sensor-community.ts';
import { readDataArray, readObservation } from './sensorthings.ts';
import { readAttributes, readTelemetry } from './thingsboard.ts';

const NOW = Date.UTC(2026, 10, 23, 3);

describe('ThingsBoard telemetry', () => {
  it('has no time, its own time, or is a list of either', () => {
    // The examples of its documentation: 'Telemetry upload API'.
    expect(readTelemetry({ key1: 'value1', key2: true, key3: 1, key4: '73.5' }, NOW)).toEqual({
      readings: [
        { source: null, name: 'key2', at: NOW, value: 1 },
        { source: null, name: 'key3', at: NOW, value: 1 },
        { source: null, name: 'key4', at: NOW, value: 73.5 },
      ],
      attributes: { key1: 'value1' },
      bad: [],
    });
    const timed = { ts: 1451649600512, values: { temperature: 42.1 } };
    expect(readTelemetry(timed, NOW).readings).toEqual([
      { source: null, name: 'temperature', at: 1451649600512, value: 42.1 },
    ]);
    expect(readTelemetry([timed, { humidity: 70 }], NOW).readings.map((one) => [one.name, one.at])).toEqual([
      ['temperature', 1451649600512],
      ['humidity', NOW],
    ]);
  });

  it('joins nested names, and tells what is no figure', () => {
    const read = readTelemetry({ gps: { lat: 20.4 }, list: [1, 2], none: null }, NOW);
    expect(read.readings).toEqual([{ source: null, name: 'gps.lat', at: NOW, value: 20.4 }]);
    expect(read.bad.map((one) => one.at)).toEqual(['list']);
    expect(readTelemetry('x', NOW).bad).toHaveLength(1);
  });

  it('keeps attributes as they are said', () => {
    expect(readAttributes({ fw_version: '1.2.0', battery: 87, tags: ['a'] }).attributes).toEqual({
      fw_version: '1.2.0',
      battery: 87,
      tags: '["a"]',
    });
  });
});

it('a Sensor.Community kit gives its values as texts, at the time they come', () => {
  // As firmware NRZ-2018-121C sends it.
  const sent = {
    software_version: 'NRZ-2018-121C',
    sensordatavalues: [
      { value_type: 'SDS_P1', value: '1.87' },
      { value_type: 'SDS_P2', value: '1.05' },
      { value_type: 'signal', value: '-52 dBm' },
    ],
  };
  expect(readSensorCommunity(sent, NOW)).toEqual({
    readings: [
      { source: null, name: 'SDS_P1', at: NOW, value: 1.87 },
      { source: null, name: 'SDS_P2', at: NOW, value: 1.05 },
    ],
    attributes: { signal: '-52 dBm', software_version: 'NRZ-2018-121C' },
    bad: [],
  });
  expect(readSensorCommunity({ pm25: 3 }, NOW).bad).toHaveLength(1);
});

it('an NGSI-v2 notification is read normalized and as key values, at the time that it states', () => {
  // The notification of the Orion manual ('Room', temperature), with the metadata of an IoT agent.
  const normalized = {
    subscriptionId: '57458eb60962ef754e7c0998',
    data: [
      {
        id: 'Room1',
        type: 'Room',
        temperature: {
          type: 'Float',
          value: 28.5,
          metadata: { TimeInstant: { type: 'DateTime', value: '2026-11-23T02:55:00.00Z' } },
        },
        status: { type: 'Text', value: 'ok', metadata: {} },
      },
    ],
  };
  expect(readNotification(normalized, NOW)).toEqual({
    readings: [{ source: 'Room1', name: 'temperature', at: Date.UTC(2026, 10, 23, 2, 55), value: 28.5 }],
    attributes: { status: 'ok' },
    bad: [],
  });
  const keyValues = { data: [{ id: 'Room1', type: 'Room', dateObserved: '2026-11-23T02:00:00Z', temperature: 28.5 }] };
  expect(readNotification(keyValues, NOW).readings).toEqual([
    { source: 'Room1', name: 'temperature', at: Date.UTC(2026, 10, 23, 2), value: 28.5 },
  ]);
  expect(readNotification({ data: [{ type: 'Room' }] }, NOW).bad).toHaveLength(1);
});

it('a ChirpStack v4 uplink brings its decoded object, a status the battery, other events nothing', () => {
  const up = {
    deduplicationId: '3ac7e3c4-4401-4b8d-9386-a5c902f9202d',
    time: '2022-07-18T09:34:15.775023242+00:00',
    deviceInfo: {
      tenantId: '52f14cd4',
      applicationId: '17c82e96',
      deviceName: 'Test device',
      devEui: '0101010101010101',
    },
    devAddr: '00189440',
    fCnt: 4,
    fPort: 1,
    object: { temperature: 22.5, air: { pm25: 41 } },
  };
  const at = Date.UTC(2022, 6, 18, 9, 34, 15, 775);
  expect(readChirpStack(up, 'up', NOW).readings).toEqual([
    { source: '0101010101010101', name: 'temperature', at, value: 22.5 },
    { source: '0101010101010101', name: 'air.pm25', at, value: 41 },
  ]);
  const status = { deviceInfo: up.deviceInfo, margin: 7, batteryLevel: 93.3 };
  expect(readChirpStack(status, 'status', NOW)).toEqual({ readings: [], attributes: { battery: 93.3 }, bad: [] });
  expect(readChirpStack({ deviceInfo: up.deviceInfo }, 'join', NOW)).toEqual({ readings: [], attributes: {}, bad: [] });
  expect(readChirpStack({ deviceInfo: up.deviceInfo, data: 'qg==' }, 'up', NOW).bad).toHaveLength(1);
});

it('a Things Stack v3 uplink brings its decoded payload at the time of its reception', () => {
  const uplink = {
    end_device_ids: { device_id: 'dev1', application_ids: { application_id: 'app1' }, dev_eui: '0004A30B001C0530' },
    received_at: '2020-02-12T15:15:45.787Z',
    uplink_message: {
      f_port: 1,
      f_cnt: 120,
      frm_payload: 'gkHe',
      decoded_payload: { temperature: 12.4 },
      received_at: '2020-02-12T15:15:45.1Z',
      last_battery_percentage: { f_cnt: 119, value: 42.5 },
    },
  };
  expect(readTtn(uplink, NOW)).toEqual({
    readings: [{ source: 'dev1', name: 'temperature', at: Date.UTC(2020, 1, 12, 15, 15, 45, 100), value: 12.4 }],
    attributes: { battery: 42.5 },
    bad: [],
  });
});

it('SensorThings Observations come singly and as data arrays', () => {
  const one = { phenomenonTime: '2015-03-06T00:00:00.000Z', result: 23.5, Datastream: { '@iot.id': 7 } };
  expect(readObservation(one, NOW).readings).toEqual([
    { source: null, name: '7', at: Date.UTC(2015, 2, 6), value: 23.5 },
  ]);
  // The example of the standard's clause on the data array extension, with its interval of time.
  const array = [
    {
      Datastream: { '@iot.id': 1 },
      components: ['phenomenonTime', 'result', 'FeatureOfInterest/id'],
      'dataArray@iot.count': 2,
      dataArray: [
        ['2010-12-23T10:20:00-0700', 20, 1],
        ['2010-12-23T10:21:00-07:00/2010-12-23T10:22:00-07:00', 30, 1],
      ],
    },
    { Datastream: { '@iot.id': 2 }, components: ['phenomenonTime'], dataArray: [['2010-12-23T10:20:00Z']] },
  ];
  const read = readDataArray(array, NOW);
  expect(read.readings.map(({ name, at, value }) => [name, at, value])).toEqual([
    ['1', Date.UTC(2010, 11, 23, 17, 20), 20],
    ['1', Date.UTC(2010, 11, 23, 17, 21), 30],
  ]);
  expect(read.bad.map((flaw) => flaw.at)).toEqual(['1/0']);
});

describe('a mapping', () => {
  const entities = new Set(['urn:a:s1', 'urn:a:s2']);
  const reading = { source: 's2', name: 'bụi', at: NOW, value: 0.041 };

  it('says whose figure it is, which, and in which unit', () => {
    expect(mapped(reading, { properties: { bụi: { property: 'pm25', factor: 1000 } } }, entities)).toEqual({
      entity: 'urn:a:s2',
      property: 'pm25',
      at: NOW,
      value: 41,
      quality: 0,
    });
    expect(mapped(reading, { sources: { s2: 'urn:a:s1' } }, entities)?.entity).toBe('urn:a:s1');
  });

  it('gives a figure of an unknown thing to nobody', () => {
    expect(mapped({ ...reading, source: 's9' }, {}, new Set(['urn:a:s1']))?.entity).toBe('s9');
  });

  it('passes figures by that it does not name, and knows no names that every object has', () => {
    const mapping = { properties: { bụi: { property: 'pm25' } } };
    expect(mapped({ ...reading, name: 'rssi' }, mapping, entities)).toBeNull();
    expect(mapped({ ...reading, name: 'constructor' }, mapping, entities)).toBeNull();
    expect(mapped({ ...reading, name: 'rssi', source: null }, {}, new Set(['urn:a:s1']))).toMatchObject({
      entity: 'urn:a:s1',
      property: 'rssi',
    });
  });
});
