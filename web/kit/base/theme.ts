import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';
import { fontFamily, palettes, radius, type ScaleName, scales, type ThemeName } from '../tokens/tokens.ts';
import { fixedVariables, scaleVariables, themeVariables } from '../tokens/variables.ts';

const brandShades: MantineColorsTuple = [
  '#E2F0EF',
  '#C5E1DF',
  '#9CCBC8',
  '#5CBDB8',
  '#3A9C98',
  '#1D8481',
  '#0B6E6E',
  '#095858',
  '#074646',
  '#053636',
];

/** Mantine's theme out of our tokens: its components then speak our language without being touched one by one. */
export function mantineTheme(scale: ScaleName) {
  const size = scales[scale];
  return createTheme({
    primaryColor: 'brand',
    primaryShade: { light: 6, dark: 3 },
    colors: { brand: brandShades },
    fontFamily,
    headings: { fontFamily, fontWeight: '600' },
    defaultRadius: radius,
    respectReducedMotion: true,
    cursorType: 'pointer',
    focusRing: 'auto',
    fontSizes: {
      xs: `${size.small}px`,
      sm: `${size.text}px`,
      md: `${size.text}px`,
      lg: `${size.heading}px`,
      xl: `${size.title}px`,
    },
    lineHeights: { xs: '1.45', sm: '1.45', md: '1.45', lg: '1.45', xl: '1.45' },
  });
}

function mantineNames(theme: ThemeName): Record<string, string> {
  const palette = palettes[theme];
  return {
    '--mantine-color-body': palette.page,
    '--mantine-color-text': palette.ink,
    '--mantine-color-dimmed': palette.inkSoft,
    '--mantine-color-placeholder': palette.inkStale,
    '--mantine-color-anchor': palette.brand,
    '--mantine-color-error': palette.severity[4].text,
    '--mantine-color-default': palette.panel,
    '--mantine-color-default-hover': palette.hover,
    '--mantine-color-default-color': palette.ink,
    '--mantine-color-default-border': palette.line,
    '--mantine-primary-color-filled': palette.brand,
    '--mantine-primary-color-filled-hover': palette.brandHover,
    '--mantine-primary-color-contrast': palette.onBrand,
    '--mantine-color-brand-filled': palette.brand,
    '--mantine-color-brand-filled-hover': palette.brandHover,
    '--mantine-color-disabled': palette.hover,
    '--mantine-color-disabled-color': palette.inkStale,
    '--mantine-color-disabled-border': palette.line,
    '--mantine-shadow-md': palette.shadow,
    '--mantine-shadow-sm': palette.shadow,
    '--mantine-shadow-xl': palette.shadow,
  };
}

/** Our variables beside Mantine's, for both colour schemes. */
export function variablesResolver(scale: ScaleName): CSSVariablesResolver {
  return () => ({
    variables: { ...fixedVariables(), ...scaleVariables(scale) },
    light: { ...themeVariables('light'), ...mantineNames('light') },
    dark: { ...themeVariables('dark'), ...mantineNames('dark') },
  });
}
