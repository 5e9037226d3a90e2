import { MantineProvider, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Notifications, notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { ProblemError } from '../client/problem.ts';
import { browserLive, LiveContext } from '../client/use-live.ts';
import type { ScaleName, ThemeName } from '../tokens/tokens.ts';
import { useLanguage } from '../words/language.ts';
import './mantine-styles.ts';
import './base.css';
import { mantineTheme, variablesResolver } from './theme.ts';

/** Moves to an address inside the product without loading the page anew; the shell hands its router's in. */
export type Navigate = (href: string) => void;

const NavigateContext = createContext<Navigate | null>(null);

export function useNavigateTo(): Navigate {
  const navigate = useContext(NavigateContext);
  return navigate ?? ((href) => window.location.assign(href));
}

/** Refusals are final; what failed on the way is asked for twice more. */
function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        refetchOnWindowFocus: true,
        retry: (count, error) =>
          count < 2 && !(error instanceof ProblemError && error.status >= 400 && error.status < 500),
      },
    },
  });
}

export type KitProviderProps = {
  /** `staff` for the console, `citizen` for the public, `wall` for wall mode. */
  scale?: ScaleName;
  navigate?: Navigate;
  /** The wall and stories fix a theme; everybody else chooses. */
  theme?: ThemeName;
  queryClient?: QueryClient;
  /** False for pages that hear nothing live (log-in, print). */
  live?: boolean;
  children: ReactNode;
};

/** Everything a page of the kit stands on: theme, words, questions to the server, live stream, notices. */
export function KitProvider({
  scale = 'staff',
  navigate,
  theme,
  queryClient,
  live = true,
  children,
}: KitProviderProps) {
  const [client] = useState(() => queryClient ?? makeQueryClient());
  const [stream] = useState(() => (live ? browserLive() : null));
  const language = useLanguage();
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset.scale = scale;
  }, [scale]);
  return (
    <MantineProvider
      theme={mantineTheme(scale)}
      cssVariablesResolver={variablesResolver(scale)}
      defaultColorScheme={scale === 'citizen' ? 'light' : 'auto'}
      {...(theme ? { forceColorScheme: theme } : {})}
    >
      <NavigateContext value={navigate ?? null}>
        <QueryClientProvider client={client}>
          <LiveContext value={stream}>
            <div className="k-root">{children}</div>
            <Notifications
              position="bottom-right"
              role="region"
              aria-live="polite"
              aria-label={language === 'vi' ? 'Thông báo' : 'Notices'}
              limit={4}
              autoClose={6000}
            />
          </LiveContext>
        </QueryClientProvider>
      </NavigateContext>
    </MantineProvider>
  );
}

export type Notice = {
  title: string;
  detail?: string;
  /** `alarm` stays until it is closed and is spoken at once. */
  kind?: 'done' | 'plain' | 'alarm';
};

/** Tells what was done or what failed, in the corner; the page itself stays. */
export function notify({ title, detail, kind = 'plain' }: Notice): void {
  notifications.show({
    title,
    message: detail ?? '',
    color: kind === 'alarm' ? 'var(--k-sev-4-mark)' : kind === 'done' ? 'var(--k-brand)' : 'var(--k-ink-soft)',
    autoClose: kind === 'alarm' ? false : 6000,
    role: kind === 'alarm' ? 'alert' : 'status',
  });
}

/** Tells a refusal as the server worded it. */
export function notifyError(error: unknown): void {
  if (error instanceof ProblemError) {
    notify({ title: error.problem.title, detail: error.problem.detail, kind: 'alarm' });
    return;
  }
  notify({ title: error instanceof Error ? error.message : String(error), kind: 'alarm' });
}

/** The theme in use and how to change it; `auto` follows the device. */
export function useTheme(): { theme: ThemeName; choice: ThemeName | 'auto'; choose(theme: ThemeName | 'auto'): void } {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const theme = useComputedColorScheme('light');
  return { theme, choice: colorScheme, choose: setColorScheme };
}
