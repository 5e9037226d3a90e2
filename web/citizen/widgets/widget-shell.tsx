import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { Link, SimulatedBanner, Text, useTexts } from '../../kit/index.ts';
import { client } from '../client.ts';
import { citizenWords } from '../words.ts';
import { tellHeight } from './height.ts';

/** A page of ours within another site: no head, no menu; who made it, and the way to the whole of it. */
export function WidgetShell() {
  const t = useTexts(citizenWords);
  const whole = useRef<HTMLDivElement>(null);
  const { data: systems } = useQuery(client.ask('GET /api/systems'));
  useEffect(() => (whole.current ? tellHeight(whole.current) : undefined), []);
  return (
    <div className="k-widget" ref={whole}>
      <SimulatedBanner provenance={systems?.mode === 'demo' ? 'simulated' : undefined} />
      <main id="main" tabIndex={-1} className="k-citizen-main">
        <Outlet />
      </main>
      <footer className="k-widget-foot">
        <Text small soft>
          <Link href="/" target="_blank">
            {t('widgetFoot')}
          </Link>
        </Text>
      </footer>
    </div>
  );
}
