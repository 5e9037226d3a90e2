import { Checkbox } from '@mantine/core';
import type { ReactNode } from 'react';
import { useFormats } from '../formats/use-formats.ts';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import '@mantine/core/styles/Input.layer.css';
import '@mantine/core/styles/InlineInput.layer.css';
import '@mantine/core/styles/Checkbox.layer.css';
import './cases.css';

export type ChecklistItem = {
  id: string;
  title: string;
  hint?: ReactNode;
  done: boolean;
  doneAt?: string | null;
  doneBy?: string | null;
  required?: boolean;
};

export type ChecklistProps = {
  label: string;
  items: readonly ChecklistItem[];
  /** Absent where the reader may only look. */
  onToggle?: (id: string, done: boolean) => void;
  /** Ids on their way to the server. */
  busy?: readonly string[];
};

/** A procedure's steps with who did what and when. */
export function Checklist({ label, items, onToggle, busy = [] }: ChecklistProps) {
  const t = useTexts(kitWords);
  const formats = useFormats();
  const done = items.filter((item) => item.done).length;
  return (
    <div className="k-checklist">
      <p className="k-text k-text-soft k-num">{t('checkOf', { done, all: items.length })}</p>
      <ul aria-label={label}>
        {items.map((item) => (
          <li key={item.id} className={item.done ? 'k-check-done' : ''}>
            <Checkbox
              checked={item.done}
              disabled={!onToggle || busy.includes(item.id)}
              onChange={(event) => onToggle?.(item.id, event.currentTarget.checked)}
              label={
                <>
                  {item.title}
                  {item.required && !item.done ? <span className="k-text-soft"> ({t('required')})</span> : null}
                </>
              }
              description={
                item.done && item.doneAt
                  ? t('doneBy', { who: item.doneBy ?? '', at: formats.instant(item.doneAt) })
                  : item.hint
              }
              classNames={{ label: 'k-check-label', description: 'k-check-hint', body: 'k-check-body' }}
            />
          </li>
        ))}
      </ul>
    </div>
  );
}
