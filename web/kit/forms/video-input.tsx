import { IconVideo } from '@tabler/icons-react';
import { useEffect, useId, useRef, useState } from 'react';
import { Button } from '../base/button.tsx';
import { Glyph } from '../base/glyph.tsx';
import { Video } from '../citizen/video.tsx';
import { useFormats } from '../formats/use-formats.ts';
import { useTexts } from '../words/texts.ts';
import { videoWords } from '../words/video-words.ts';
import './forms.css';

const MOST_SECONDS = 30;
/** A phone that is told half a minute stops a little later; the server allows as much. */
const GRACE_SECONDS = 1;
const MOST_MEGABYTES = 30;

type Fault = 'no' | 'large' | 'long' | 'unread';

/** How long a video is; null where this browser cannot play it, which the server may still read. */
function secondsOf(video: File): Promise<number | null> {
  const address = URL.createObjectURL(video);
  const player = document.createElement('video');
  player.preload = 'metadata';
  return new Promise<number | null>((resolve) => {
    player.onloadedmetadata = () => resolve(Number.isFinite(player.duration) ? player.duration : null);
    player.onerror = () => resolve(null);
    player.src = address;
  }).finally(() => URL.revokeObjectURL(address));
}

type VideoInputProps = { label: string; video: File | null; onChange: (video: File | null) => void };

/** Records or chooses one short video, checks its limits here, and shows it. */
export function VideoInput({ label, video, onChange }: VideoInputProps) {
  const t = useTexts(videoWords);
  const formats = useFormats();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [fault, setFault] = useState<Fault>('no');
  const address = useAddress(video);
  const take = async (file: File | undefined) => {
    if (!file) return;
    const wrong = await faultOf(file);
    setFault(wrong);
    if (wrong === 'no') onChange(file);
    if (input.current) input.current.value = '';
  };
  return (
    <div className="k-photos">
      <label className="k-field-label" htmlFor={id}>
        {label}
      </label>
      <p className="k-field-hint k-text" id={`${id}-hint`}>
        {t('videoHint', { seconds: MOST_SECONDS, n: MOST_MEGABYTES })}
      </p>
      {fault === 'no' ? null : (
        <p className="k-field-error k-text" role="alert">
          {fault === 'large' ? t('videoLarge', { n: MOST_MEGABYTES }) : null}
          {fault === 'long' ? t('videoLong', { seconds: MOST_SECONDS }) : null}
          {fault === 'unread' ? t('videoBad') : null}
        </p>
      )}
      {video && address ? (
        <>
          <Video src={address} label={label} />
          <Button
            kind="quiet"
            onClick={() => {
              setFault('no');
              onChange(null);
            }}
          >
            {t('videoRemove', { size: formats.bytes(video.size) })}
          </Button>
        </>
      ) : (
        <ul>
          <li className="k-photo-add">
            <input
              ref={input}
              id={id}
              type="file"
              accept="video/mp4,video/quicktime,video/webm"
              aria-describedby={`${id}-hint`}
              onChange={(event) => void take(event.currentTarget.files?.[0])}
            />
            <span aria-hidden="true">
              <Glyph icon={IconVideo} size={24} />
              {t('videoTake')}
            </span>
          </li>
        </ul>
      )}
    </div>
  );
}

async function faultOf(file: File): Promise<Fault> {
  if (!file.type.startsWith('video/')) return 'unread';
  if (file.size > MOST_MEGABYTES * 1024 * 1024) return 'large';
  const seconds = await secondsOf(file);
  return seconds !== null && seconds > MOST_SECONDS + GRACE_SECONDS ? 'long' : 'no';
}

function useAddress(file: File | null): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (!file) return setAddress(null);
    const made = URL.createObjectURL(file);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return address;
}
