import { type ReactNode, useId } from 'react';
import './citizen.css';

export type ChoiceCard = { value: string; title: ReactNode; text?: ReactNode };

export type ChoiceCardsProps = {
  label: string;
  choices: readonly ChoiceCard[];
  value: string | null;
  onChange: (value: string) => void;
};

/** One of a few, as large targets for a thumb: radio buttons for the keyboard and for who listens. */
export function ChoiceCards({ label, choices, value, onChange }: ChoiceCardsProps) {
  const name = useId();
  return (
    <fieldset className="k-cards">
      <legend className="k-field-label">{label}</legend>
      {choices.map((choice) => (
        <label key={choice.value} className="k-card" data-chosen={choice.value === value || undefined}>
          <input
            type="radio"
            name={name}
            value={choice.value}
            checked={choice.value === value}
            onChange={() => onChange(choice.value)}
          />
          <span className="k-card-words">
            <span className="k-card-title">{choice.title}</span>
            {choice.text ? <span className="k-card-text">{choice.text}</span> : null}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
