import { type ReactNode, useState } from 'react';
import { Button, ErrorState, ProblemError, Row, SideSheet, Stack } from '../../../web/kit/index.ts';

/** A form in a sheet beside its list; what the server refuses stands there in its words, and the sheet stays. */
export function EditSheet(props: {
  title: string;
  verb: string;
  ready: boolean;
  onSave: () => Promise<unknown>;
  onClose: () => void;
  children: ReactNode;
}) {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const save = async () => {
    setBusy(true);
    setRefusal(null);
    try {
      await props.onSave();
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      setRefusal(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <SideSheet opened onClose={props.onClose} title={props.title} modal width={560}>
      <Stack gap={4}>
        {refusal ? <ErrorState error={refusal} /> : null}
        {props.children}
        <Row>
          <Button kind="primary" busy={busy} disabled={!props.ready} onClick={() => void save()}>
            {props.verb}
          </Button>
        </Row>
      </Stack>
    </SideSheet>
  );
}
