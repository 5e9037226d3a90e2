import { lazy, Suspense, useEffect, useState } from 'react';
import { Button, PhotoInput, Stack, StepActs, TextAreaField, useTexts } from '../../kit/index.ts';
import type { StepProps } from './report.tsx';
import { addPhoto, dropPhoto, getPhoto } from './store.ts';
import { reportWords } from './words.ts';

// Few send one: who does waits a moment for it.
const VideoPart = lazy(async () => ({ default: (await import('./video-part.tsx')).VideoPart }));

const LEAST_LETTERS = 10;

type Shot = { id: string; file: File };

/** Photos and words, in whichever order. */
export function WhatStep({ draft, change, go }: StepProps) {
  const t = useTexts(reportWords);
  const [shots, setShots] = useState<Shot[]>([]);
  const [short, setShort] = useState(false);
  const [withVideo, setWithVideo] = useState(Boolean(draft.videoId));

  // biome-ignore lint/correctness/useExhaustiveDependencies: photos of a draft are read once; afterwards they change here
  useEffect(() => {
    const read = async () => {
      const found = await Promise.all(draft.photoIds.map(async (id) => ({ id, file: await getPhoto(id) })));
      setShots(found.flatMap(({ id, file }) => (file ? [{ id, file }] : [])));
    };
    void read();
  }, []);

  const takePhotos = async (files: File[]) => {
    for (const gone of shots.filter((shot) => !files.includes(shot.file))) await dropPhoto(gone.id);
    const next: Shot[] = [];
    for (const file of files) {
      next.push(shots.find((shot) => shot.file === file) ?? { id: await addPhoto(file), file });
    }
    setShots(next);
    change({ photoIds: next.map((shot) => shot.id) });
  };

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (draft.text.trim().length < LEAST_LETTERS) return setShort(true);
        go('where');
      }}
    >
      <Stack gap={5}>
        <PhotoInput
          label={t('photos')}
          photos={shots.map((shot) => shot.file)}
          onChange={(files) => void takePhotos(files)}
          onPlace={(photoPlace) => change({ photoPlace })}
        />
        {withVideo ? (
          <Suspense fallback={null}>
            <VideoPart id={draft.videoId ?? null} onChange={(videoId) => change({ videoId })} />
          </Suspense>
        ) : (
          <Button kind="quiet" onClick={() => setWithVideo(true)}>
            {t('videoAdd')}
          </Button>
        )}
        <TextAreaField
          label={t('text')}
          hint={t('textHint')}
          required
          value={draft.text}
          error={short && draft.text.trim().length < LEAST_LETTERS ? t('textShort') : null}
          onChange={(text) => change({ text: text.slice(0, 4000) })}
        />
        <StepActs>
          <Button kind="primary" type="submit" wide>
            {t('next')}
          </Button>
        </StepActs>
      </Stack>
    </form>
  );
}
