import { useState } from 'react';
import Type from 'typebox';
import { notify, Page, PhotoInput, ProblemError, SchemaForm } from '../index.ts';

const schema = Type.Object({
  title: Type.String({ minLength: 5, maxLength: 120, 'x-text': { vi: 'Việc cần làm', en: 'Task' } }),
  kind: Type.Union(
    [
      Type.Literal('dust', { 'x-text': { vi: 'Bụi, khói', en: 'Dust, smoke' } }),
      Type.Literal('noise', { 'x-text': { vi: 'Tiếng ồn', en: 'Noise' } }),
    ],
    {
      'x-text': { vi: 'Loại việc', en: 'Kind' },
    },
  ),
  detail: Type.Optional(
    Type.String({
      format: 'textarea',
      'x-text': { vi: 'Mô tả', en: 'Details' },
      'x-hint': { vi: 'Nói rõ nơi và việc; không ghi số căn cước.', en: 'Say where and what; no identity numbers.' },
    }),
  ),
  measured: Type.Optional(
    Type.Number({ minimum: 0, maximum: 1000, 'x-text': { vi: 'Giá trị đo', en: 'Measured' }, 'x-unit': 'µg/m³' }),
  ),
  dueAt: Type.String({ format: 'date-time', 'x-text': { vi: 'Xong trước', en: 'Due' } }),
  urgent: Type.Boolean({ default: false, 'x-text': { vi: 'Khẩn: báo bằng điện thoại', en: 'Urgent: call by phone' } }),
});

export default function FormsStory() {
  const [photos, setPhotos] = useState<File[]>([]);
  return (
    <main>
      <Page title="Giao việc" lead="Dữ liệu mẫu. Nút gửi trả về một lời từ chối của máy chủ.">
        <SchemaForm
          schema={schema}
          submit="Giao việc"
          draft="story.task"
          onCancel={() => notify({ title: 'Đã thôi' })}
          onSubmit={() => {
            throw new ProblemError({
              type: 'urn:dttm:problem:invalid-input',
              title: 'Dữ liệu chưa đúng',
              status: 422,
              code: 'invalid-input',
              detail: 'Hạn xong phải sau bây giờ.',
              errors: [{ at: 'body/dueAt', reason: 'đã qua' }],
            });
          }}
        >
          <PhotoInput label="Ảnh hiện trường" photos={photos} onChange={setPhotos} />
        </SchemaForm>
      </Page>
    </main>
  );
}
