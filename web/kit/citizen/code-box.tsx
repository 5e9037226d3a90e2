import { useState } from 'react';
import { Button } from '../base/button.tsx';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import './citizen.css';

/** A code large enough to be copied by hand, with a button that copies it. */
export function CodeBox({ label, code }: { label: string; code: string }) {
  const t = useTexts(kitWords);
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code);
      setCopied('yes');
    } catch (error) {
      // Without https, or where the reader forbids it, there is no clipboard: the code stands there to be written down.
      if (!(error instanceof DOMException) && !(error instanceof TypeError)) throw error;
      setCopied('failed');
    }
  };
  return (
    <div className="k-code">
      <p className="k-text k-text-soft">{label}</p>
      <p className="k-code-letters">
        {code.split('-').map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one code, in their order
          <span key={index}>{part}</span>
        ))}
      </p>
      <Button onClick={() => void copy()} wide>
        {t(copied === 'yes' ? 'copied' : 'copy')}
      </Button>
      <p className="k-hidden" role="status">
        {copied === 'yes' ? t('copied') : copied === 'failed' ? t('copyFailed') : ''}
      </p>
      {copied === 'failed' ? <p className="k-text k-text-small">{t('copyFailed')}</p> : null}
    </div>
  );
}
