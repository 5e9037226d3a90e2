import { useState } from 'react';
import { useTexts } from '../words/texts.ts';
import { videoWords } from '../words/video-words.ts';
import './citizen.css';

/** A short video, played where it stands; its own first picture is what is seen before. */
export function Video({ src, label }: { src: string; label: string }) {
  const t = useTexts(videoWords);
  const [bad, setBad] = useState(false);
  return (
    <div className="k-video">
      {/* biome-ignore lint/a11y/useMediaCaption: what a citizen films has no captions */}
      <video
        controls
        playsInline
        preload="metadata"
        aria-label={label}
        // A phone of Apple draws no first picture unless it is asked for a moment.
        src={`${src}#t=0.1`}
        onError={() => setBad(true)}
      />
      {bad ? (
        <p className="k-text" role="alert">
          {t('videoNotPlayed')}{' '}
          <a href={src} download>
            {t('videoKeep')}
          </a>
        </p>
      ) : null}
    </div>
  );
}
