import { useState } from 'react';
import { Button } from '../base/button.tsx';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import './citizen.css';

/** A key, an address or a command to be taken along as it stands: broken anywhere rather than wider than the phone. */
export function CopyText({ label, text }: { label: string; text: string }) {
  const t = useTexts(kitWords);
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied('yes');
    } catch (error) {
      // Without https, or where the reader forbids it, there is no clipboard: the text stands there to be marked.
      if (!(error instanceof DOMException) && !(error instanceof TypeError)) throw error;
      setCopied('failed');
    }
  };
  return (
    <div className="k-copy">
      <p className="k-text k-text-small k-text-soft">{label}</p>
      <pre className="k-copy-text">{text}</pre>
      <Button onClick={() => void copy()} aria-label={`${t('copy')}: ${label}`}>
        {t(copied === 'yes' ? 'copied' : 'copy')}
      </Button>
      <p className={copied === 'failed' ? 'k-text k-text-small' : 'k-hidden'} role="status">
        {copied === 'yes' ? t('copied') : copied === 'failed' ? t('copyFailed') : ''}
      </p>
    </div>
  );
}
