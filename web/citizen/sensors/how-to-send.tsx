import { type ModelId, mappingOf, models } from '../../../systems/citizen-sensors/models.ts';
import { CopyText, Heading, Stack, Text, Tile, useTexts } from '../../kit/index.ts';
import { sensorWords } from './words.ts';

/** The key, and how to use it in words that can be copied; shown while the key is known to this page and no longer. */
export function HowToSend({ model, apiKey }: { model: ModelId; apiKey: string }) {
  const t = useTexts(sensorWords);
  const { kind } = models[model];
  const { origin, hostname, port, protocol } = window.location;
  const telemetry = `${origin}/api/v1/${apiKey}/telemetry`;
  const example = kind === 'air' ? '{"pm25": 23.5, "pm10": 41.2}' : '{"laeq": 54.3}';
  const isKit = model === 'sensor-community' || model === 'dnms';
  return (
    <Tile tone="good">
      <Stack gap={3}>
        <Heading level={2}>{t('keyTitle')}</Heading>
        <Text strong>{t('keyOnce')}</Text>
        <CopyText label={t('key')} text={apiKey} />
        <Heading level={3}>{t('how')}</Heading>
        {isKit ? (
          <>
            <Text prose>{t('howKit')}</Text>
            <CopyText label={t('howServer')} text={`${hostname} ${port || (protocol === 'https:' ? '443' : '80')}`} />
            <CopyText label={t('howPath')} text={`/api/v1/${apiKey}/sensor-community`} />
          </>
        ) : (
          <CopyText label={t('howThingsBoard')} text={telemetry} />
        )}
        <CopyText label={t('howCurl')} text={`curl -H 'content-type: application/json' -d '${example}' ${telemetry}`} />
        <Text small soft>
          {t('howNames', { names: Object.keys(mappingOf(kind).properties).join(', ') })}
        </Text>
      </Stack>
    </Tile>
  );
}
