import { texts, useTexts } from '../../../web/kit/index.ts';
import { EntityTablePage } from '../../../web/kit/province.ts';
import { lampState } from '../lamp-state.ts';

const words = texts('lighting', {
  vi: {
    state: 'Tình trạng',
    lit: 'Đang sáng',
    dark: 'Đang tắt',
    out: 'Không sáng dù đã bật',
    unknown: 'Chưa rõ',
  },
  en: { state: 'State', lit: 'Lit', dark: 'Off', out: 'Out although switched on', unknown: 'Not known' },
});

/** All lamps with their state. */
export function Page() {
  const t = useTexts(words);
  return (
    <EntityTablePage
      type="Streetlight"
      path="/console/lighting"
      more={[
        {
          id: 'state',
          title: t('state'),
          value: ({ state }) => t(lampState(state.switched_on, state.power)),
        },
      ]}
    />
  );
}
