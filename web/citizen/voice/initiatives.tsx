import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type InitiativeState, initiativeFields } from '../../../systems/participation/initiative-types.ts';
import {
  Answer,
  BigDoor,
  Button,
  ChoiceField,
  EmptyState,
  Heading,
  Page,
  Stack,
  Text,
  TextField,
  useFormats,
  useRested,
  useSay,
  useTexts,
} from '../../kit/index.ts';
import { client } from '../client.ts';
import { voiceWords } from './words.ts';

type Initiative = Awaited<ReturnType<typeof client.call<'GET /api/participation/initiatives'>>>['items'][number];
const states = ['open', 'due', 'answered', 'consulted', 'lapsed'] as const satisfies readonly InitiativeState[];

/** What citizens propose: searched, filtered, newest first. No account to look. */
export function InitiativesPage() {
  const t = useTexts(voiceWords);
  const say = useSay();
  const [typed, setTyped] = useState('');
  const [category, setCategory] = useState<string | undefined>();
  const [state, setState] = useState<string | undefined>();
  const q = useRested(typed.trim());
  const found = useQuery(
    client.ask('GET /api/participation/initiatives', {
      query: {
        limit: 50,
        ...(q ? { q } : {}),
        ...(category ? { category: category as keyof typeof initiativeFields } : {}),
        ...(state ? { state: state as InitiativeState } : {}),
      },
    }),
  );
  const mine = useQuery(client.ask('GET /api/participation/my-initiatives'));
  return (
    <Page title={t('initiatives')} lead={t('lead')}>
      <Stack gap={5}>
        <Button kind="primary" wide href="/initiatives/new">
          {t('propose')}
        </Button>
        {mine.data?.items.length ? (
          <Stack gap={3}>
            <Heading level={2}>{t('mine')}</Heading>
            {mine.data.items.map((one) => (
              <Door key={one.id} of={one} />
            ))}
          </Stack>
        ) : null}
        <Stack gap={3}>
          <TextField kind="search" label={t('search')} value={typed} onChange={setTyped} />
          <ChoiceField
            label={t('category')}
            value={category}
            onChange={setCategory}
            choices={Object.entries(initiativeFields).map(([value, title]) => ({ value, title: say(title) }))}
          />
          <ChoiceField
            label={t('state')}
            value={state}
            onChange={setState}
            choices={states.map((value) => ({ value, title: t(value) }))}
          />
        </Stack>
        <Answer of={found} isEmpty={(data) => data.items.length === 0} empty={<EmptyState>{t('none')}</EmptyState>}>
          {(data) => (
            <Stack gap={3}>
              {data.items.map((one) => (
                <Door key={one.id} of={one} />
              ))}
            </Stack>
          )}
        </Answer>
        <Text small soft>
          {t('secret')}
        </Text>
      </Stack>
    </Page>
  );
}

function Door({ of }: { of: Initiative }) {
  const t = useTexts(voiceWords);
  const formats = useFormats();
  const counts = of.publishedAt
    ? ` · ${t('supportersOf', { n: formats.number(of.supporters, 0), of: formats.number(of.supportNeeded, 0) })}`
    : '';
  return <BigDoor href={`/initiatives/${of.id}`} title={of.title || t('gone')} text={`${t(of.state)}${counts}`} />;
}
