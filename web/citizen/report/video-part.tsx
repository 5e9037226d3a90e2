import { useEffect, useState } from 'react';
import { Text, useTexts, VideoInput } from '../../kit/index.ts';
import { addPhoto, dropPhoto, getPhoto } from './store.ts';
import { reportWords } from './words.ts';

/** The draft's one short video, kept on the phone beside its photos. */
export function VideoPart({ id, onChange }: { id: string | null; onChange: (id: string | null) => void }) {
  const t = useTexts(reportWords);
  const [video, setVideo] = useState<File | null>(null);
  const [full, setFull] = useState(false);

  useEffect(() => {
    let alive = true;
    const read = async () => {
      const kept = id ? await getPhoto(id) : null;
      if (alive) setVideo(kept);
    };
    void read();
    return () => {
      alive = false;
    };
  }, [id]);

  const take = async (file: File | null) => {
    setFull(false);
    if (id) await dropPhoto(id);
    if (!file) return onChange(null);
    try {
      onChange(await addPhoto(file));
    } catch (error) {
      // The browser gives a page so much room and no more.
      if (!(error instanceof DOMException && error.name === 'QuotaExceededError')) throw error;
      onChange(null);
      setFull(true);
    }
  };

  return (
    <>
      <VideoInput label={t('video')} video={video} onChange={(file) => void take(file)} />
      {full ? (
        <Text alarm>
          <span role="alert">{t('videoNoRoom')}</span>
        </Text>
      ) : null}
    </>
  );
}
