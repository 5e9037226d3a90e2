import { CheckField, Grid, NumberField, useTexts } from '../../../web/kit/index.ts';
import { durationOf, minutesOf } from './rule-minutes.ts';
import { ruleWords } from './rule-words.ts';

type Flapping = { times: number; within: string; quiet: string };

/** When a rule's alert counts as flapping; without it as the platform says. */
export function FlappingFields({
  value,
  disabled,
  onChange,
}: {
  value: Flapping | undefined;
  disabled: boolean;
  onChange: (value: Flapping | undefined) => void;
}) {
  const t = useTexts(ruleWords);
  return (
    <>
      <CheckField
        label={t('flapping')}
        disabled={disabled}
        value={value !== undefined}
        onChange={(own) => onChange(own ? { times: 4, within: 'PT1H', quiet: 'PT30M' } : undefined)}
      />
      {value ? (
        <Grid least={160}>
          <NumberField
            label={t('flappingTimes')}
            disabled={disabled}
            value={value.times}
            onChange={(times) => onChange({ ...value, times: times ?? 4 })}
          />
          <NumberField
            label={t('flappingWithin')}
            unit={t('minute')}
            disabled={disabled}
            value={minutesOf(value.within)}
            onChange={(minutes) => onChange({ ...value, within: durationOf(minutes) })}
          />
          <NumberField
            label={t('flappingQuiet')}
            unit={t('minute')}
            disabled={disabled}
            value={minutesOf(value.quiet)}
            onChange={(minutes) => onChange({ ...value, quiet: durationOf(minutes) })}
          />
        </Grid>
      ) : null}
    </>
  );
}
