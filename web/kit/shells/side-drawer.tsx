import { Drawer } from '@mantine/core';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import type { SideSheetProps } from './side-sheet.tsx';
import '@mantine/core/styles/Paper.layer.css';
import '@mantine/core/styles/CloseButton.layer.css';
import '@mantine/core/styles/Overlay.layer.css';
import '@mantine/core/styles/ScrollArea.layer.css';
import '@mantine/core/styles/ModalBase.layer.css';
import '@mantine/core/styles/Drawer.layer.css';
import './page.css';

/** The drawer of a side sheet; loaded with the first sheet that is opened. */
export function SideDrawer({ opened, onClose, title, foot, width = 440, modal = false, children }: SideSheetProps) {
  const t = useTexts(kitWords);
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size={width}
      title={title}
      withOverlay={modal}
      lockScroll={modal}
      trapFocus={modal}
      closeOnClickOutside={modal}
      shadow="md"
      transitionProps={{ duration: 160, transition: 'slide-left' }}
      closeButtonProps={{ 'aria-label': t('close') }}
      // Mantine draws a <header>: in a dialog it is not a banner of the page.
      attributes={{ header: { role: 'presentation' } }}
      classNames={{
        content: 'k-sheet',
        header: 'k-sheet-head',
        title: 'k-sheet-title',
        body: 'k-sheet-body',
        inner: modal ? '' : 'k-sheet-inner',
      }}
    >
      <div className="k-sheet-text">{children}</div>
      {foot ? <div className="k-sheet-foot">{foot}</div> : null}
    </Drawer>
  );
}
