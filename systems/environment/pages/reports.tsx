import { IconFileSpreadsheet, IconFileText } from '@tabler/icons-react';
import { useState } from 'react';
import {
  Button,
  ChoiceField,
  Page as KitPage,
  notifyError,
  Row,
  saveFile,
  useFormats,
  useNow,
  useTexts,
} from '../../../web/kit/index.ts';
import { environmentClient } from './client.ts';
import { environmentWords } from './words.ts';

/** The months of the last year, newest first, as `yyyy-mm`. */
function monthsUntil(now: Date): string[] {
  const local = new Date(now.getTime() + 7 * 3_600_000);
  return Array.from({ length: 12 }, (_, back) =>
    new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() - back, 1)).toISOString().slice(0, 7),
  );
}

/** The month's report, made when it is asked for. */
export function Page() {
  const t = useTexts(environmentWords);
  const formats = useFormats();
  const months = monthsUntil(useNow());
  const [month, setMonth] = useState(months[0] ?? '');
  const [busy, setBusy] = useState<'xlsx' | 'docx' | null>(null);
  const fetchReport = async (as: 'xlsx' | 'docx') => {
    setBusy(as);
    try {
      const { blob, name } = await environmentClient.download('GET /api/environment/report/:month', {
        params: { month },
        query: { as },
      });
      saveFile(blob, name ?? `moi-truong-${month}.${as}`);
    } catch (error) {
      notifyError(error);
    } finally {
      setBusy(null);
    }
  };
  return (
    <KitPage
      title={t('reports')}
      lead={t('reportsLead')}
      primary={
        <Button
          kind="primary"
          icon={IconFileSpreadsheet}
          busy={busy === 'xlsx'}
          onClick={() => void fetchReport('xlsx')}
        >
          {t('xlsx')}
        </Button>
      }
      acts={
        <Button icon={IconFileText} busy={busy === 'docx'} onClick={() => void fetchReport('docx')}>
          {t('docx')}
        </Button>
      }
    >
      <Row>
        <ChoiceField
          label={t('month')}
          required
          value={month}
          onChange={(value) => value && setMonth(value)}
          choices={months.map((value) => ({ value, title: formats.month(`${value}-15T00:00:00Z`) }))}
        />
      </Row>
    </KitPage>
  );
}
