import { aqiLevels, Heading, LevelBadge, Page, Stack, Text, useTexts } from '../kit/index.ts';
import { citizenWords } from './words.ts';

/** What the pages show, and how to read the scale. */
export function About() {
  const t = useTexts(citizenWords);
  return (
    <Page title={t('about')}>
      <Stack gap={5}>
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
    </Page>
  );
}
