import { SegmentedControl } from '@mantine/core';
import '@mantine/core/styles/FloatingIndicator.layer.css';
import '@mantine/core/styles/SegmentedControl.layer.css';
import './forms.css';

export type SwitchRowProps<V extends string> = {
  label: string;
  value: V;
  onChange: (value: V) => void;
  choices: readonly { value: V; title: string }[];
};

/** A few views of the same thing, one of them shown. */
export function SwitchRow<V extends string>({ label, value, onChange, choices }: SwitchRowProps<V>) {
  return (
    <SegmentedControl
      aria-label={label}
      value={value}
      onChange={(next) => {
        const chosen = choices.find((choice) => choice.value === next);
        if (chosen) onChange(chosen.value);
      }}
      data={choices.map((choice) => ({ value: choice.value, label: choice.title }))}
      transitionDuration={120}
      classNames={{ root: 'k-switch-row', label: 'k-switch-label', indicator: 'k-switch-indicator' }}
    />
  );
}
