import { IconCamera } from '@tabler/icons-react';
import { useEffect, useId, useRef, useState } from 'react';
import { Glyph } from '../base/glyph.tsx';
import { useFormats } from '../formats/use-formats.ts';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import './forms.css';
import { placeOfPhoto } from './photo-place.ts';

export type PhotoInputProps = {
  label: string;
  photos: readonly File[];
  onChange: (photos: File[]) => void;
  /** At most so many. */
  most?: number;
  /** Hears where a photo was taken, if its camera wrote that; what is sent does not say it. */
  onPlace?: (place: { lon: number; lat: number }) => void;
  /** Longest side after shrinking, px. */
  longestSide?: number;
  error?: string | null;
};

const MOST_MEGABYTES = 40;

/** The size that fits `longest`, keeping the shape; never larger than it was. */
export function fittedSize(width: number, height: number, longest: number): { width: number; height: number } {
  const share = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * share)), height: Math.max(1, Math.round(height * share)) };
}

/** Draws the photo anew, smaller, as JPEG: what the camera wrote about place and device is gone with it. */
async function shrink(file: File, longest: number): Promise<File> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const { width, height } = fittedSize(picture.width, picture.height, longest);
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.drawImage(picture, 0, 0, width, height);
  picture.close();
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.82));
  if (!blob) throw new Error('the browser could not write the photo');
  return new File([blob], file.name.replace(/\.[^.]*$/, '.jpg'), { type: 'image/jpeg' });
}

/** Takes photos with the phone's camera or from its album, shows them, makes them small before they are sent. */
export function PhotoInput({ label, photos, onChange, most = 5, longestSide = 1600, onPlace, error }: PhotoInputProps) {
  const t = useTexts(kitWords);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [bad, setBad] = useState<'no' | 'unread' | 'large'>('no');
  const take = async (files: FileList | null) => {
    setBad('no');
    const room = most - photos.length;
    const taken: File[] = [];
    for (const file of [...(files ?? [])].slice(0, room)) {
      // Unpacked it would take the memory of an old phone, and no camera writes this much.
      if (file.size > MOST_MEGABYTES * 1024 * 1024) {
        setBad('large');
        continue;
      }
      if (onPlace) void placeOfPhoto(file).then((place) => place && onPlace(place));
      try {
        taken.push(await shrink(file, longestSide));
      } catch (failure) {
        // createImageBitmap refuses what is not a picture with an InvalidStateError.
        if (!(failure instanceof DOMException) && !(failure instanceof Error)) throw failure;
        setBad('unread');
      }
    }
    if (taken.length > 0) onChange([...photos, ...taken]);
    if (input.current) input.current.value = '';
  };
  return (
    <div className="k-photos">
      <label className="k-field-label" htmlFor={id}>
        {label}
      </label>
      <p className="k-field-hint k-text" id={`${id}-hint`}>
        {t('photoHint', { n: most })}
      </p>
      {error || bad !== 'no' ? (
        <p className="k-field-error k-text" role="alert">
          {error ?? (bad === 'large' ? t('photoLarge', { n: MOST_MEGABYTES }) : t('photoBad'))}
        </p>
      ) : null}
      <ul>
        {photos.map((photo, index) => (
          <Preview
            key={`${photo.name}-${photo.lastModified}-${photo.size}`}
            photo={photo}
            number={index + 1}
            onRemove={() => onChange(photos.filter((one) => one !== photo))}
          />
        ))}
        {photos.length < most ? (
          <li className="k-photo-add">
            <input
              ref={input}
              id={id}
              type="file"
              accept="image/jpeg,image/png,image/webp,image/heic"
              multiple
              aria-describedby={`${id}-hint`}
              onChange={(event) => void take(event.currentTarget.files)}
            />
            <span aria-hidden="true">
              <Glyph icon={IconCamera} size={24} />
              {photos.length === 0 ? t('photoTake') : t('photoMore')}
            </span>
          </li>
        ) : null}
      </ul>
    </div>
  );
}

function Preview({ photo, number, onRemove }: { photo: File; number: number; onRemove: () => void }) {
  const t = useTexts(kitWords);
  const formats = useFormats();
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(photo);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [photo]);
  return (
    <li className="k-photo">
      {address ? <img src={address} alt={t('photoAlt', { n: number, size: formats.bytes(photo.size) })} /> : null}
      <button type="button" onClick={onRemove} aria-label={t('photoRemove', { n: number })}>
        ×
      </button>
    </li>
  );
}
