import { aqiLevels, Heading, LevelBadge, Stack, Text, useTexts } from '../kit/index.ts';
import { citizenWords } from './words.ts';

/** What the pages show, and how to read the scale. */
export function About() {
  const t = useTexts(citizenWords);
  return (
    <Stack gap={5}>
      <Heading level={1}>{t('about')}</Heading>
      <Text prose>{t('aboutText')}</Text>
      <Heading level={2}>{t('scale')}</Heading>
      <Stack gap={2}>
        {aqiLevels.map((level, index) => (
          <LevelBadge
            key={level.upTo}
            level={level}
            value={`${index === 0 ? 0 : (aqiLevels[index - 1]?.upTo ?? 0) + 1}–${level.upTo}`}
          />
        ))}
      </Stack>
    </Stack>
  );
}
