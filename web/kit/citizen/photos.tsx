import { useRef, useState } from 'react';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import './citizen.css';

type ShownPhoto = { whole: string; small?: string; alt: string };

/** Photos as small pictures; a touch opens one as large as the screen, Escape or a touch closes it. */
export function Photos({ photos }: { photos: readonly ShownPhoto[] }) {
  const t = useTexts(kitWords);
  const dialog = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState<ShownPhoto | null>(null);
  if (photos.length === 0) return null;
  return (
    <>
      <ul className="k-shots">
        {photos.map((photo) => (
          <li key={photo.whole}>
            <button
              type="button"
              aria-label={`${t('photoOpen')}: ${photo.alt}`}
              onClick={() => {
                setOpen(photo);
                dialog.current?.showModal();
              }}
            >
              <img src={photo.small ?? photo.whole} alt="" loading="lazy" />
            </button>
          </li>
        ))}
      </ul>
      <dialog ref={dialog} className="k-shot-whole" aria-label={open?.alt ?? ''}>
        {open ? <img src={open.whole} alt={open.alt} /> : null}
        <button type="button" onClick={() => dialog.current?.close()}>
          {t('close')}
        </button>
      </dialog>
    </>
  );
}
