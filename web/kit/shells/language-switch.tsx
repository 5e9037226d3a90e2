import { IconLanguage } from '@tabler/icons-react';
import { Glyph } from '../base/glyph.tsx';
import { setLanguage, useLanguage } from '../words/language.ts';
import './shells.css';

/** Changes between Vietnamese and English; says the other language's name in that language. */
export function LanguageSwitch() {
  const language = useLanguage();
  const other = language === 'vi' ? 'en' : 'vi';
  return (
    <button type="button" className="k-language" lang={other} onClick={() => setLanguage(other)}>
      <Glyph icon={IconLanguage} size={16} />
      {other === 'en' ? 'English' : 'Tiếng Việt'}
    </button>
  );
}
