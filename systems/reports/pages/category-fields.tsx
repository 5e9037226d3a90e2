import {
  Button,
  CheckField,
  ChoiceField,
  Panel,
  Row,
  Stack,
  Text,
  TextAreaField,
  TextField,
  useTexts,
} from '../../../web/kit/index.ts';
import { type FieldKind, fieldKinds } from '../category-form.ts';
import type { DraftField } from './category-draft.ts';
import { settingsWords } from './settings-words.ts';

/** The fields that a category asks for besides, in their order. */
export function CategoryFields({
  fields,
  onChange,
}: {
  fields: readonly DraftField[];
  onChange: (fields: DraftField[]) => void;
}) {
  const t = useTexts(settingsWords);
  const set = (n: number, change: Partial<DraftField>) =>
    onChange(fields.map((one, at) => (at === n ? { ...one, ...change } : one)));
  const move = (n: number, by: -1 | 1) => {
    const next = [...fields];
    const [taken] = next.splice(n, 1);
    if (taken) next.splice(n + by, 0, taken);
    onChange(next);
  };
  return (
    <Panel title={t('form')}>
      <Stack gap={4}>
        <Text soft small>
          {fields.length === 0 ? t('noFields') : t('formHint')}
        </Text>
        {fields.map((field, n) => {
          const name = field.title.vi || t('fieldN', { n: n + 1 });
          return (
            <Panel key={field.key} boxed title={name}>
              <Stack gap={3}>
                <TextField
                  label={t('fieldVi')}
                  required
                  maxLength={120}
                  value={field.title.vi}
                  onChange={(vi) => set(n, { title: { ...field.title, vi } })}
                />
                <TextField
                  label={t('fieldEn')}
                  maxLength={120}
                  value={field.title.en}
                  onChange={(en) => set(n, { title: { ...field.title, en } })}
                />
                <ChoiceField
                  label={t('fieldKind')}
                  required
                  value={field.kind}
                  onChange={(kind) => set(n, { kind: (kind ?? 'text') as FieldKind })}
                  choices={fieldKinds.map((value) => ({ value, title: t(value) }))}
                />
                {field.kind === 'choice' ? (
                  <TextAreaField
                    label={t('choices')}
                    hint={t('choicesHint')}
                    required
                    rows={3}
                    value={field.choices}
                    onChange={(choices) => set(n, { choices })}
                  />
                ) : null}
                <CheckField
                  label={t('requiredField')}
                  value={field.required}
                  onChange={(required) => set(n, { required })}
                />
                <Row gap={2}>
                  <Button disabled={n === 0} aria-label={t('up', { name })} onClick={() => move(n, -1)}>
                    {t('upShort')}
                  </Button>
                  <Button
                    disabled={n === fields.length - 1}
                    aria-label={t('down', { name })}
                    onClick={() => move(n, 1)}
                  >
                    {t('downShort')}
                  </Button>
                  <Button
                    aria-label={t('removeField', { name })}
                    onClick={() => onChange(fields.filter((_one, at) => at !== n))}
                  >
                    {t('removeShort')}
                  </Button>
                </Row>
              </Stack>
            </Panel>
          );
        })}
        <Row>
          <Button
            onClick={() =>
              onChange([
                ...fields,
                {
                  key: crypto.randomUUID(),
                  name: '',
                  title: { vi: '', en: '' },
                  kind: 'text',
                  required: false,
                  choices: '',
                },
              ])
            }
          >
            {t('addField')}
          </Button>
        </Row>
      </Stack>
    </Panel>
  );
}
