import { lazy, Suspense, useEffect, useState } from 'react';
import {
  Button,
  Facts,
  Link,
  LoadingState,
  notify,
  Panel,
  PhotoInput,
  Photos,
  ProvenanceMark,
  Row,
  Stack,
  Text,
  TextAreaField,
  useOnline,
  useSay,
  useTexts,
} from '../../../web/kit/index.ts';
import { letterPhotos, picture, saveLetter } from '../../../web/kit/offline/device-day.ts';
import { randomId } from '../../../web/kit/offline/stored.ts';
import { ClockLine, Marks, StepBadge } from './bits.tsx';
import { type FieldItem, pictureName } from './field-day.ts';
import type { FieldLetter } from './field-outbox.ts';
import { fieldWords } from './field-words.ts';
import { words } from './words.ts';

const PlaceMap = lazy(() => import('./place-map.tsx').then((loaded) => ({ default: loaded.PlaceMap })));

/** One report at its place: what it says, its photos, and what the officer writes of it. */
export function FieldReport({
  item,
  userId,
  letters,
  onWritten,
}: {
  item: FieldItem;
  userId: string;
  letters: readonly FieldLetter[];
  onWritten: () => Promise<void>;
}) {
  const t = useTexts(fieldWords);
  const d = useTexts(words);
  const say = useSay();
  const online = useOnline();
  const write = async (kind: FieldLetter['kind'], text: string, files: readonly File[], at?: GeoPlace) => {
    const photoIds: string[] = [];
    for (const file of files) photoIds.push(await letterPhotos.addPhoto(file));
    const letter: FieldLetter = {
      id: randomId(),
      userId,
      about: item.id,
      title: `${item.number} · ${say(item.categoryTitle)}`,
      kind,
      at: new Date().toISOString(),
      content: { text: text.trim(), seenAt: item.updatedAt, ...(at ? { lon: at.lon, lat: at.lat } : {}) },
      photoIds,
      state: 'waiting',
      why: null,
      code: null,
    };
    await saveLetter(letter);
    notify({ title: t('saved'), kind: 'done' });
    await onWritten();
  };
  const isAnswered = letters.some((one) => one.about === item.id && one.kind === 'answer');
  return (
    <Stack gap={5}>
      <Stack gap={2}>
        <Row gap={3} spread>
          <Text inline strong numbers>
            {item.number}
          </Text>
          <StepBadge step={item.step} />
        </Row>
        <Text strong>{say(item.categoryTitle)}</Text>
        <Text prose>{item.text}</Text>
        <ClockLine item={item} />
        <Marks item={item} />
        <ProvenanceMark provenance={item.provenance as 'measured'} />
        <Facts
          facts={[
            { term: d('address'), value: item.address },
            { term: d('area'), value: item.areaName },
          ]}
        />
      </Stack>
      <Panel title={t('photos')}>
        <KeptPhotos item={item} part="before" most={20} isWhole />
      </Panel>
      <Panel title={t('inspect')}>
        <InspectForm onWrite={(text, at) => write('inspect', text, [], at)} />
      </Panel>
      {isAnswered ? null : (
        <Panel title={t('answer')}>
          <AnswerForm onWrite={(text, files) => write('answer', text, files)} />
        </Panel>
      )}
      <Panel title={t('map')}>
        <Stack gap={2}>
          <Suspense fallback={<LoadingState height={260} />}>
            <PlaceMap lon={item.lon} lat={item.lat} name={item.number} />
          </Suspense>
          <Row gap={4}>
            <a className="k-link" href={`geo:${item.lat},${item.lon}?q=${item.lat},${item.lon}`}>
              {t('route')}
            </a>
            {online ? <Link href={`/console/reports/${item.id}`}>{t('openFull')}</Link> : null}
          </Row>
        </Stack>
      </Panel>
    </Stack>
  );
}

type GeoPlace = { lon: number; lat: number; metres: number };

function InspectForm({ onWrite }: { onWrite: (text: string, at?: GeoPlace) => Promise<void> }) {
  const t = useTexts(fieldWords);
  const [text, setText] = useState('');
  const [at, setAt] = useState<GeoPlace | 'finding' | 'failed' | null>(null);
  const [busy, setBusy] = useState(false);
  const locate = () => {
    if (!navigator.geolocation) return setAt('failed');
    setAt('finding');
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => setAt({ lon: coords.longitude, lat: coords.latitude, metres: Math.round(coords.accuracy) }),
      () => setAt('failed'),
      { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
    );
  };
  const place = at !== null && typeof at === 'object' ? at : undefined;
  return (
    <Stack gap={3}>
      <TextAreaField label={t('inspectText')} required rows={3} value={text} onChange={setText} />
      <div role="status">
        {place ? <Text small>{t('hereSet', { n: place.metres })}</Text> : null}
        {at === 'failed' ? (
          <Text small alarm>
            {t('hereFailed')}
          </Text>
        ) : null}
      </div>
      {place ? null : (
        <Row>
          <Button busy={at === 'finding'} onClick={locate}>
            {t('here')}
          </Button>
        </Row>
      )}
      <Button
        kind="primary"
        wide
        busy={busy}
        disabled={text.trim() === ''}
        onClick={() => {
          setBusy(true);
          void onWrite(text, place).finally(() => {
            setBusy(false);
            setText('');
            setAt(null);
          });
        }}
      >
        {t('inspect')}
      </Button>
    </Stack>
  );
}

function AnswerForm({ onWrite }: { onWrite: (text: string, files: readonly File[]) => Promise<void> }) {
  const t = useTexts(fieldWords);
  const [text, setText] = useState('');
  const [photos, setPhotos] = useState<File[]>([]);
  const [busy, setBusy] = useState(false);
  return (
    <Stack gap={3}>
      <TextAreaField label={t('answerText')} hint={t('answerHint')} required rows={4} value={text} onChange={setText} />
      <PhotoInput label={t('afterPhotos')} photos={photos} onChange={setPhotos} />
      <Button
        kind="primary"
        wide
        busy={busy}
        disabled={text.trim() === ''}
        onClick={() => {
          setBusy(true);
          void onWrite(text, photos).finally(() => setBusy(false));
        }}
      >
        {t('answer')}
      </Button>
    </Stack>
  );
}

type Kept = { small: string; whole: string };

/** Photos from this device; without them it is said so. */
export function KeptPhotos({
  item,
  part,
  most,
  isWhole = false,
}: {
  item: FieldItem;
  part: string;
  most: number;
  isWhole?: boolean;
}) {
  const t = useTexts(fieldWords);
  const ids = item.photos.filter((one) => one.part === part).map((one) => one.fileId);
  const wanted = ids.slice(0, most).join(' ');
  const [kept, setKept] = useState<readonly Kept[] | null>(null);
  useEffect(() => {
    const made: string[] = [];
    let isHere = true;
    const url = (blob: Blob): string => {
      const address = URL.createObjectURL(blob);
      made.push(address);
      return address;
    };
    const read = async () => {
      const found: Kept[] = [];
      for (const id of wanted.split(' ').filter(Boolean)) {
        const small = await picture(pictureName(id, 'small'));
        const whole = await picture(pictureName(id, 'whole'));
        const best = whole ?? small;
        if (best) found.push({ small: url(small ?? best), whole: url(best) });
      }
      if (isHere) setKept(found);
    };
    void read();
    // The pictures come after the list: looked for again until they are here.
    const timer = setInterval(
      () =>
        void picture(pictureName(wanted.split(' ')[0] ?? '', 'small')).then((one) => {
          if (one && made.length === 0) void read();
        }),
      2_000,
    );
    return () => {
      isHere = false;
      clearInterval(timer);
      for (const address of made) URL.revokeObjectURL(address);
    };
  }, [wanted]);
  if (ids.length === 0) return isWhole ? <Text soft>{t('noPhotos')}</Text> : null;
  if (kept === null) return null;
  if (kept.length === 0) return isWhole ? <Text soft>{t('photosLater')}</Text> : null;
  return <Photos photos={kept.map((one, n) => ({ ...one, alt: t('photoN', { n: n + 1, number: item.number }) }))} />;
}
