import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import type { StoredCategory } from '../catalogue.ts';
import { rangeOf } from './find.ts';
import { inFormat, splitFormat } from './format.ts';
import { definitionOf, readAttributes, serviceOf } from './services.ts';

/** The examples are those of the standard (GeoReport v2), which indents its XML. */
const tight = (xml: string): string => xml.replace(/>\s+</g, '><').trim();

describe('the two forms of an answer', () => {
  it('write the standard’s example of a service request, in XML and by the Spark convention', () => {
    const value = [
      {
        service_request_id: '638344',
        status: 'closed',
        status_notes: 'Duplicate request.',
        service_name: 'Sidewalk and Curb Issues',
        service_code: '006',
        description: null,
        agency_responsible: null,
        service_notice: null,
        requested_datetime: '2010-04-14T06:37:38-08:00',
        updated_datetime: '2010-04-14T06:37:38-08:00',
        expected_datetime: '2010-04-15T06:37:38-08:00',
        address: '8TH AVE and JUDAH ST',
        address_id: '545483',
        zipcode: '94122',
        lat: 37.762221815,
        long: -122.4651145,
        media_url: 'http://city.gov.s3.amazonaws.com/requests/media/638344.jpg',
      },
    ];
    expect(tight(inFormat('xml', 'service_requests', value))).toBe(
      tight(`<?xml version="1.0" encoding="utf-8"?>
<service_requests>
  <request>
    <service_request_id>638344</service_request_id>
    <status>closed</status>
    <status_notes>Duplicate request.</status_notes>
    <service_name>Sidewalk and Curb Issues</service_name>
    <service_code>006</service_code>
    <description/>
    <agency_responsible/>
    <service_notice/>
    <requested_datetime>2010-04-14T06:37:38-08:00</requested_datetime>
    <updated_datetime>2010-04-14T06:37:38-08:00</updated_datetime>
    <expected_datetime>2010-04-15T06:37:38-08:00</expected_datetime>
    <address>8TH AVE and JUDAH ST</address>
    <address_id>545483</address_id>
    <zipcode>94122</zipcode>
    <lat>37.762221815</lat>
    <long>-122.4651145</long>
    <media_url>http://city.gov.s3.amazonaws.com/requests/media/638344.jpg</media_url>
  </request>
</service_requests>`),
    );
    expect(JSON.parse(inFormat('json', 'service_requests', value))).toEqual(value);
  });

  it('write the standard’s examples of an answer to POST, of a token and of an error', () => {
    const posted = [{ service_request_id: '293944', service_notice: 'The City will inspect', account_id: null }];
    expect(tight(inFormat('xml', 'service_requests', posted))).toBe(
      '<?xml version="1.0" encoding="utf-8"?><service_requests><request><service_request_id>293944</service_request_id><service_notice>The City will inspect</service_notice><account_id/></request></service_requests>',
    );
    const token = [{ service_request_id: '638344', token: '12345' }];
    expect(tight(inFormat('xml', 'service_requests', token))).toBe(
      '<?xml version="1.0" encoding="utf-8"?><service_requests><request><service_request_id>638344</service_request_id><token>12345</token></request></service_requests>',
    );
    const errors = [{ code: 403, description: 'Invalid api_key received -- can’t proceed with create_request.' }];
    expect(tight(inFormat('xml', 'errors', errors))).toBe(
      '<?xml version="1.0" encoding="utf-8"?><errors><error><code>403</code><description>Invalid api_key received -- can’t proceed with create_request.</description></error></errors>',
    );
    expect(inFormat('json', 'errors', [{ code: 404, description: 'Whatever' }])).toBe(
      '[{"code":404,"description":"Whatever"}]',
    );
  });

  it('write the standard’s example of a discovery, lists of texts included', () => {
    const value = {
      changeset: '2011-04-05 17:48',
      contact: 'You can email or call for assistance api@mycity.org +1 (555) 555-5555',
      key_service: 'You can request a key here: http://api.mycity.gov/api_key/request',
      endpoints: [
        {
          specification: 'http://wiki.open311.org/GeoReport_v2',
          url: 'http://open311.mycity.gov/v2',
          changeset: '2011-04-05 17:48',
          type: 'production',
          formats: ['text/xml', 'application/json'],
        },
      ],
    };
    expect(tight(inFormat('xml', 'discovery', value))).toContain(
      '<endpoints><endpoint><specification>http://wiki.open311.org/GeoReport_v2</specification><url>http://open311.mycity.gov/v2</url><changeset>2011-04-05 17:48</changeset><type>production</type><formats><format>text/xml</format><format>application/json</format></formats></endpoint></endpoints></discovery>',
    );
    expect(JSON.parse(inFormat('json', 'discovery', value))).toEqual(value);
  });

  it('let nothing that was written become markup', () => {
    const written = [{ description: '<script>alert("1")</script> & \u0007 chuông' }];
    expect(inFormat('xml', 'service_requests', written)).toContain(
      '<description>&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp;  chuông</description>',
    );
  });

  it('take the ending off a name that has dots of its own', () => {
    expect(splitFormat('roads.pothole.json')).toEqual(['roads.pothole', 'json']);
    expect(splitFormat('roads.pothole')).toBeNull();
  });
});

const category = (form: object, more: Partial<StoredCategory> = {}): StoredCategory =>
  ({
    code: 'DMV66',
    parent: 'dmv',
    title: { vi: 'Xe', en: 'Cars' },
    words: ['xe', 'biển số'],
    isPublic: true,
    form,
    ...more,
  }) as StoredCategory;

// The standard's example: which make, of two, must be said.
const makes = category(
  Type.Object({
    WHISHETN: Type.Union([Type.Literal('123', { 'x-text': { vi: 'Xe Ford', en: 'Ford' } }), Type.Literal('124')], {
      'x-text': { vi: 'Số vé?', en: 'What is the ticket/tag/DL number?' },
      'x-choices': { '124': { vi: 'Xe Chrysler', en: 'Chrysler' } },
    }),
    note: Type.Optional(Type.String({ maxLength: 1000 })),
    count: Type.Optional(Type.Integer()),
    since: Type.Optional(Type.String({ format: 'date-time' })),
    lanes: Type.Optional(Type.Array(Type.Union([Type.Literal('a'), Type.Literal('b')]))),
  }),
);

describe('a category’s own fields', () => {
  it('are the standard’s attributes, each of its datatype and in order', () => {
    expect(definitionOf(makes, 'en')).toEqual({
      service_code: 'DMV66',
      attributes: [
        {
          variable: true,
          code: 'WHISHETN',
          datatype: 'singlevaluelist',
          required: true,
          datatype_description: null,
          order: 1,
          description: 'What is the ticket/tag/DL number?',
          values: [
            { key: '123', name: 'Ford' },
            { key: '124', name: 'Chrysler' },
          ],
        },
        expect.objectContaining({ code: 'note', datatype: 'text', required: false, order: 2 }),
        expect.objectContaining({ code: 'count', datatype: 'number', order: 3 }),
        expect.objectContaining({ code: 'since', datatype: 'datetime', order: 4 }),
        expect.objectContaining({ code: 'lanes', datatype: 'multivaluelist', order: 5 }),
      ],
    });
    expect(serviceOf(makes, undefined, 'vi')).toMatchObject({
      service_code: 'DMV66',
      metadata: true,
      type: 'realtime',
      keywords: 'xe, biển số',
    });
    expect(serviceOf(category(Type.Object({}), { isPublic: false }), undefined, 'vi')).toMatchObject({
      metadata: false,
      type: 'batch',
    });
  });

  it('are read from attribute[code]=value in their types, and a missing one is named', () => {
    const given = new Map([
      ['WHISHETN', ['123']],
      ['count', ['3']],
      ['lanes', ['a', 'b']],
    ]);
    expect(readAttributes(makes, given)).toEqual({ WHISHETN: '123', count: 3, lanes: ['a', 'b'] });
    expect(() => readAttributes(makes, new Map([['count', ['3']]]))).toThrow(/attribute\[WHISHETN\]/);
    expect(() => readAttributes(makes, new Map([['unknown', ['3']]]))).toThrow(/attribute\[unknown\]/);
  });
});

describe('the range of dates', () => {
  const now = new Date('2026-11-25T00:00:00Z');
  const days = (query: { start_date?: string; end_date?: string }) => {
    const { from, to } = rangeOf(query, now);
    return [from.toISOString(), to.toISOString()];
  };
  it('is the most recent 90 days, or those that the dates say', () => {
    // 25 days of November, 31 of October, 30 of September and 4 of August before 25 November: 27 August.
    expect(days({})).toEqual(['2026-08-27T00:00:00.000Z', '2026-11-25T00:00:00.000Z']);
    expect(days({ start_date: '2010-05-24T00:00:00Z', end_date: '2010-06-24T00:00:00Z' })).toEqual([
      '2010-05-24T00:00:00.000Z',
      '2010-06-24T00:00:00.000Z',
    ]);
    // 07:00 in Vietnam is midnight in Greenwich; a client that does not encode "+" sends a space.
    expect(days({ end_date: '2026-11-01T07:00:00 07:00' })[1]).toBe('2026-11-01T00:00:00.000Z');
    expect(days({ start_date: '', end_date: '' })[1]).toBe(now.toISOString());
  });
  it('of more than 90 days, backwards or in no W3C form is refused', () => {
    expect(() => days({ start_date: '2026-01-01T00:00:00Z', end_date: '2026-11-01T00:00:00Z' })).toThrow(/90 days/);
    expect(() => days({ start_date: '2026-11-02T00:00:00Z', end_date: '2026-11-01T00:00:00Z' })).toThrow(/before/);
    expect(() => days({ start_date: '1/11/2026' })).toThrow(/start_date/);
    expect(() => days({ start_date: '2026-11-01T00:00:00' })).toThrow(/start_date/);
  });
});
