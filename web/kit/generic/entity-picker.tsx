import { Select } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useRested } from '../base/use-rested.ts';
import { type FieldProps, useCommon } from '../forms/field.tsx';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import { useEntitiesById } from './entities.ts';
import { platformClient } from './platform-client.ts';
import '@mantine/core/styles/Popover.layer.css';
import '@mantine/core/styles/ScrollArea.layer.css';
import '@mantine/core/styles/Combobox.layer.css';

export type EntityPickerProps = FieldProps & {
  value: string | undefined;
  onChange: (id: string | undefined) => void;
  /** only entities of these types */
  types?: readonly string[];
};

const MOST = 20;

/** Chooses one entity by a part of its name or its id: the server finds, only the first few come. */
export function EntityPicker({ value, onChange, types, ...field }: EntityPickerProps) {
  const t = useTexts(kitWords);
  const common = useCommon(field);
  const [typed, setTyped] = useState('');
  const q = useRested(typed.trim());
  const chosen = useEntitiesById(value ? [value] : []).get(value ?? '');
  const found = useQuery({
    ...platformClient.ask('GET /api/entity-names', {
      query: {
        // What stands in the field once something is chosen is its name, not a question.
        ...(q && q !== chosen?.name ? { q } : {}),
        ...(types ? { type: types.join(',') } : {}),
        limit: MOST,
      },
    }),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const items = found.data?.items ?? [];
  const names = new Map(items.map((one) => [one.id, one.name]));
  if (value) names.set(value, chosen?.name ?? names.get(value) ?? value);
  // Two of the same name are told apart by their ids.
  const twice = new Set([...names.values()].filter((name, index, all) => all.indexOf(name) !== index));
  return (
    <Select
      {...common}
      searchable
      clearable={!field.required}
      clearButtonProps={{ 'aria-label': t('clearChoice') }}
      value={value ?? null}
      onChange={(id) => onChange(id ?? undefined)}
      onSearchChange={setTyped}
      placeholder={t('typeName')}
      filter={({ options }) => options}
      nothingFoundMessage={found.isFetching ? t('searching') : t('noMatch')}
      data={[...names].map(([id, name]) => ({ value: id, label: twice.has(name) ? `${name} (${id})` : name }))}
      comboboxProps={{ withinPortal: false }}
      maxDropdownHeight={280}
    />
  );
}

export type EntitiesFieldProps = Omit<EntityPickerProps, 'value' | 'onChange'> & {
  value: readonly string[];
  onChange: (ids: string[]) => void;
};

/** Several entities: each as a chip with its name, one more by searching. */
export function EntitiesField({ value, onChange, ...field }: EntitiesFieldProps) {
  const t = useTexts(kitWords);
  const known = useEntitiesById(value);
  return (
    <div className="k-many">
      <EntityPicker
        {...field}
        value={undefined}
        onChange={(id) => {
          if (id && !value.includes(id)) onChange([...value, id]);
        }}
      />
      {value.length > 0 ? (
        <ul className="k-chips" aria-label={field.label}>
          {value.map((id) => {
            const name = known.get(id)?.name ?? id;
            return (
              <li key={id}>
                <button
                  type="button"
                  className="k-chip"
                  disabled={field.disabled}
                  aria-label={t('removeFilter', { name })}
                  onClick={() => onChange(value.filter((one) => one !== id))}
                >
                  {name} ×
                </button>
              </li>
            );
          })}
        </ul>
      ) : null}
    </div>
  );
}
