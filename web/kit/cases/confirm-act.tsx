import { Modal } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Button } from '../base/button.tsx';
import { Facts } from '../base/layout.tsx';
import { ProblemError } from '../client/problem.ts';
import { TextAreaField } from '../forms/text-fields.tsx';
import { kitWords } from '../words/kit-words.ts';
import { useTexts } from '../words/texts.ts';
import '@mantine/core/styles/Paper.layer.css';
import '@mantine/core/styles/CloseButton.layer.css';
import '@mantine/core/styles/Overlay.layer.css';
import '@mantine/core/styles/ScrollArea.layer.css';
import '@mantine/core/styles/ModalBase.layer.css';
import '@mantine/core/styles/Modal.layer.css';
import './cases.css';

export type ConfirmActProps = {
  opened: boolean;
  onClose: () => void;
  /** The task as a question: 'Gửi cảnh báo cho 12.400 người ở Thái Thụy?' */
  title: string;
  /** What will happen. */
  happens: ReactNode;
  /** To whom. */
  to?: ReactNode;
  /** Whether and how long it can be taken back. */
  undo?: ReactNode;
  /** The verb on the button: 'Gửi cảnh báo', never 'OK'. */
  verb: string;
  danger?: boolean;
  /** Asks for a reason and hands it over. */
  reason?: { label: string; required: boolean };
  onConfirm: (reason: string) => Promise<void> | void;
};

/** Says what will happen, to whom, and whether it can be taken back, before a public or destructive act. */
export function ConfirmAct(props: ConfirmActProps) {
  const { opened, onClose, title, happens, to, undo, verb, danger = false, reason, onConfirm } = props;
  const t = useTexts(kitWords);
  const [busy, setBusy] = useState(false);
  const [text, setText] = useState('');
  const [refusal, setRefusal] = useState<string | null>(null);
  const confirm = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      await onConfirm(text.trim());
      setText('');
      onClose();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      setRefusal(error.problem.detail);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      centered
      transitionProps={{ duration: 120, transition: 'fade' }}
      closeButtonProps={{ 'aria-label': t('close') }}
      // Mantine draws it as <header>: in a dialog that is no banner of the page.
      attributes={{ header: { role: 'presentation' } }}
      classNames={{ title: 'k-confirm-title', content: 'k-confirm', header: 'k-confirm-head' }}
    >
      <div className="k-stack k-confirm-body">
        <div>{happens}</div>
        <Facts
          facts={[to ? { term: t('happensTo'), value: to } : null, undo ? { term: t('undo'), value: undo } : null]}
        />
        {reason ? (
          <TextAreaField label={reason.label} required={reason.required} rows={2} value={text} onChange={setText} />
        ) : null}
        {refusal ? (
          <p className="k-text k-text-alarm" role="alert">
            {refusal}
          </p>
        ) : null}
        <div className="k-confirm-acts">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            kind={danger ? 'danger' : 'primary'}
            busy={busy}
            disabled={reason?.required === true && text.trim() === ''}
            onClick={() => void confirm()}
          >
            {verb}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
