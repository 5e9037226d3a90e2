import { MantineProvider, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { ProblemError } from '../client/problem.ts';
import { browserLive, LiveContext } from '../client/use-live.ts';
import type { ScaleName, ThemeName } from '../tokens/tokens.ts';
import { useLanguage } from '../words/language.ts';
import { NoticesRegion } from './notify.tsx';
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
            <NoticesRegion />
          </LiveContext>
        </QueryClientProvider>
      </NavigateContext>
    </MantineProvider>
  );
}

/** The theme in use and how to change it; `auto` follows the device. */
export function useTheme(): { theme: ThemeName; choice: ThemeName | 'auto'; choose(theme: ThemeName | 'auto'): void } {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const theme = useComputedColorScheme('light');
  return { theme, choice: colorScheme, choose: setColorScheme };
}
