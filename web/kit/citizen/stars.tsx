import { useId } from 'react';
import './citizen.css';

/** One to five as five large targets; the word of the chosen one beside them. */
export function Stars({
  label,
  words,
  value,
  onChange,
}: {
  label: string;
  /** from the worst to the best */
  words: readonly [string, string, string, string, string];
  value: number | null;
  onChange: (value: number) => void;
}) {
  const name = useId();
  return (
    <fieldset className="k-stars">
      <legend className="k-field-label">{label}</legend>
      <div className="k-stars-row">
        {words.map((word, index) => (
          <label key={word} className="k-star" data-on={(value !== null && index < value) || undefined}>
            <input type="radio" name={name} checked={value === index + 1} onChange={() => onChange(index + 1)} />
            <span className="k-hidden">
              {index + 1}: {word}
            </span>
            <svg viewBox="0 0 24 24" width="32" height="32" aria-hidden="true">
              <path d="M12 2.8l2.9 5.9 6.5.9-4.7 4.6 1.1 6.5-5.8-3.1-5.8 3.1 1.1-6.5L2.6 9.6l6.5-.9z" />
            </svg>
          </label>
        ))}
      </div>
      <p className="k-text k-text-soft" aria-live="polite">
        {value === null ? ' ' : words[value - 1]}
      </p>
    </fieldset>
  );
}
