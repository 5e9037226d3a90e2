import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { Button } from '../base/button.tsx';
import { ProblemError } from '../client/problem.ts';
import { formatTime } from '../formats/times.ts';
import { recall, remember } from '../memory.ts';
import { kitWords } from '../words/kit-words.ts';
import { useLanguage } from '../words/language.ts';
import { useTexts } from '../words/texts.ts';
import { CheckField } from './check-field.tsx';
import { ChoiceField } from './choice-field.tsx';
import { NumberField } from './number-field.tsx';
import {
  cleanValues,
  type Field,
  type FormSchema,
  fieldsOf,
  flawsOf,
  initialValues,
  type Value,
  type Values,
} from './schema.ts';
import { TextAreaField, TextField } from './text-fields.tsx';
import { DateField, InstantField } from './time-fields.tsx';
import './forms.css';

export type SchemaFormProps = {
  schema: FormSchema;
  initial?: Values;
  /** The verb on the button. */
  submit: string;
  /** Throwing a `ProblemError` shows its words and puts its errors beside their fields. */
  onSubmit: (values: Values) => Promise<void> | void;
  onCancel?: () => void;
  /** A name to keep a draft under in this browser; absent for no draft. Never for secrets. */
  draft?: string;
  /** Things between the fields and the button (photos, a map). */
  children?: ReactNode;
};

type Draft = { values: Values; at: string };

function readDraft(key: string | null, fields: readonly Field[]): Draft | null {
  const text = key ? recall(key) : null;
  if (!text) return null;
  try {
    const found = JSON.parse(text) as Partial<Draft>;
    if (typeof found.at !== 'string' || typeof found.values !== 'object' || found.values === null) return null;
    const values: Values = {};
    for (const field of fields) {
      const value: unknown = found.values[field.name];
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
        values[field.name] = value;
    }
    return { values, at: found.at };
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A form drawn from a schema: one column, labels above, hints before, errors beside the field and in a summary. */
export function SchemaForm({ schema, initial, submit, onSubmit, onCancel, draft, children }: SchemaFormProps) {
  const t = useTexts(kitWords);
  const language = useLanguage();
  const base = useId();
  const fields = useMemo(() => fieldsOf(schema), [schema]);
  const key = draft ? `dttm.draft.${draft}` : null;
  const [kept, setKept] = useState<Draft | null>(() => readDraft(key, fields));
  const [values, setValues] = useState<Values>(() => initialValues(fields, { ...initial, ...kept?.values }));
  const [flaws, setFlaws] = useState<Record<string, string>>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [dirty, setDirty] = useState(false);
  const summary = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!key || !dirty) return;
    const timer = setTimeout(() => {
      const fresh = { values, at: new Date().toISOString() };
      if (remember(key, JSON.stringify(fresh))) setKept(fresh);
    }, 600);
    return () => clearTimeout(timer);
  }, [key, dirty, values]);

  const set = (name: string, value: Value) => {
    setValues((before) => ({ ...before, [name]: value }));
    setDirty(true);
    setFlaws((before) => {
      if (!(name in before)) return before;
      const { [name]: _fixed, ...rest } = before;
      return rest;
    });
  };
  const forget = () => {
    if (key) remember(key, null);
    setKept(null);
    setDirty(false);
  };
  const refuse = (found: Record<string, string>, words: string | null) => {
    setFlaws(found);
    setRefusal(words);
    // The summary is drawn first, then takes the focus, so that it is read out.
    setTimeout(() => summary.current?.focus(), 0);
  };
  const send = async () => {
    const found = flawsOf(fields, values, language);
    if (Object.keys(found).length > 0) return refuse(found, null);
    setBusy(true);
    setRefusal(null);
    try {
      await onSubmit(cleanValues(fields, values));
      forget();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      refuse(error.fields(), error.problem.detail);
    } finally {
      setBusy(false);
    }
  };
  const wrong = fields.filter((field) => flaws[field.name]);

  return (
    <form
      className="k-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {wrong.length > 0 || refusal ? (
        <div className="k-form-summary" role="alert" tabIndex={-1} ref={summary}>
          {refusal ? <p className="k-text">{refusal}</p> : null}
          {wrong.length > 0 ? (
            <>
              <p className="k-text k-text-strong">{t('fixTitle', { n: wrong.length })}</p>
              <ul>
                {wrong.map((field) => (
                  <li key={field.name}>
                    <a
                      href={`#${base}${field.name}`}
                      className="k-link"
                      onClick={(event) => {
                        event.preventDefault();
                        document.getElementById(`${base}${field.name}`)?.focus();
                      }}
                    >
                      {field.title[language]}: {flaws[field.name]}
                    </a>
                  </li>
                ))}
              </ul>
            </>
          ) : null}
        </div>
      ) : null}
      {fields.map((field) => (
        <FieldOf
          key={field.name}
          field={field}
          id={`${base}${field.name}`}
          value={values[field.name]}
          error={flaws[field.name] ?? null}
          onChange={(value) => set(field.name, value)}
        />
      ))}
      {children}
      <div className="k-form-acts">
        <Button kind="primary" type="submit" busy={busy}>
          {submit}
        </Button>
        {onCancel ? <Button onClick={onCancel}>{t('cancel')}</Button> : null}
        {kept ? (
          <span className="k-form-draft">
            {t('draftKept', { at: formatTime(kept.at) })}
            <Button
              kind="quiet"
              onClick={() => {
                forget();
                setValues(initialValues(fields, initial));
                setFlaws({});
              }}
            >
              {t('draftDrop')}
            </Button>
          </span>
        ) : null}
      </div>
    </form>
  );
}

type FieldOfProps = { field: Field; id: string; value: Value; error: string | null; onChange: (value: Value) => void };

function FieldOf({ field, id, value, error, onChange }: FieldOfProps) {
  const language = useLanguage();
  const common = {
    id,
    label: field.title[language],
    error,
    required: field.required,
    ...(field.hint ? { hint: field.hint[language] } : {}),
  };
  const text = typeof value === 'string' ? value : '';
  const maybe = typeof value === 'string' ? value : undefined;
  switch (field.kind) {
    case 'textarea':
      return <TextAreaField {...common} value={text} onChange={onChange} />;
    case 'number':
    case 'integer':
      return (
        <NumberField
          {...common}
          value={typeof value === 'number' ? value : undefined}
          onChange={onChange}
          {...(field.unit ? { unit: field.unit } : {})}
        />
      );
    case 'boolean':
      return <CheckField {...common} value={value === true} onChange={onChange} />;
    case 'choice':
      return (
        <ChoiceField
          {...common}
          value={maybe}
          onChange={onChange}
          choices={field.choices.map((choice) => ({ value: choice.value, title: choice.title[language] }))}
        />
      );
    case 'date':
      return <DateField {...common} value={maybe} onChange={onChange} />;
    case 'date-time':
      return <InstantField {...common} value={maybe} onChange={onChange} />;
    default:
      return (
        <TextField
          {...common}
          value={text}
          onChange={onChange}
          kind={field.kind}
          {...(field.maxLength ? { maxLength: field.maxLength } : {})}
        />
      );
  }
}
