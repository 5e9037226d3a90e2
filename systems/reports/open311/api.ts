import Type from 'typebox';
import { endpoints } from '../../../platform/http/endpoints.ts';

const text = (most = 200) => Type.Optional(Type.String({ maxLength: most }));
const jurisdiction = { jurisdiction_id: text() };
const filters = {
  ...jurisdiction,
  api_key: text(300),
  service_request_id: text(40_000),
  service_code: text(4000),
  start_date: text(40),
  end_date: text(40),
  status: text(40),
};
const file = Type.Object({ file: Type.String({ maxLength: 200, description: '<mã>.xml hoặc <mã>.json' }) });

const list = {
  access: 'public',
  answer: 'file',
  query: Type.Object(filters),
  summary: { vi: 'Open311: phản ánh đã công khai', en: 'Open311: GET service requests' },
} as const;
const send = {
  access: 'public',
  answer: 'file',
  takes: 'form',
  bodyLimit: 64 * 1024,
  summary: { vi: 'Open311: gửi phản ánh', en: 'Open311: POST service request (form, api_key)' },
} as const;
const services = {
  access: 'public',
  answer: 'file',
  query: Type.Object(jurisdiction),
  summary: { vi: 'Open311: danh mục dịch vụ', en: 'Open311: GET service list' },
} as const;
const updates = {
  access: 'public',
  answer: 'file',
  query: Type.Object(filters),
  summary: { vi: 'Open311: diễn biến của phản ánh', en: 'Open311: GET service request updates (extension)' },
} as const;
const sayUpdate = {
  ...send,
  summary: {
    vi: 'Open311: đơn vị nhận báo diễn biến (api_key của đơn vị)',
    en: 'Open311: POST service request update (extension), by the receiver’s api_key',
  },
} as const;
const discovery = {
  access: 'public',
  answer: 'file',
  summary: { vi: 'Open311: tìm dịch vụ', en: 'Open311: service discovery' },
} as const;

/** Open311 GeoReport v2, unchanged as the standard has it: XML and JSON by the ending of the address. */
export const open311Api = endpoints({
  'GET /open311/discovery.xml': discovery,
  'GET /open311/discovery.json': discovery,
  'GET /open311/v2/services.xml': services,
  'GET /open311/v2/services.json': services,
  'GET /open311/v2/services/:file': {
    ...services,
    params: file,
    summary: { vi: 'Open311: một dịch vụ và thuộc tính', en: 'Open311: GET service definition' },
  },
  'GET /open311/v2/requests.xml': list,
  'GET /open311/v2/requests.json': list,
  'POST /open311/v2/requests.xml': send,
  'POST /open311/v2/requests.json': send,
  'GET /open311/v2/requests/:file': {
    ...list,
    params: file,
    summary: { vi: 'Open311: một phản ánh', en: 'Open311: GET service request' },
  },
  'GET /open311/v2/tokens/:file': {
    ...services,
    params: file,
    summary: { vi: 'Open311: số phản ánh của token', en: 'Open311: GET service_request_id from a token' },
  },
  'GET /open311/v2/servicerequestupdates.xml': updates,
  'GET /open311/v2/servicerequestupdates.json': updates,
  'POST /open311/v2/servicerequestupdates.xml': sayUpdate,
  'POST /open311/v2/servicerequestupdates.json': sayUpdate,
});
