/** Where each public service answers, without a slash at the end. */
export interface WeatherSources {
  readonly nws: string;
  readonly openMeteo: string;
  readonly openMeteoPrevious: string;
  readonly iem: string;
}

/** The services themselves. None asks for a key; NWS asks for a name to complain to, which {@link import('./weather-web.ts').WeatherWeb} gives. */
export const PUBLIC_SOURCES: WeatherSources = {
  nws: 'https://api.weather.gov',
  openMeteo: 'https://api.open-meteo.com',
  openMeteoPrevious: 'https://previous-runs-api.open-meteo.com',
  iem: 'https://mesonet.agron.iastate.edu',
};

/** One server on this machine that stands for all of them, each under its own name. */
export function localSources(url: string): WeatherSources {
  const base = url.replace(/\/$/, '');
  return {
    nws: `${base}/nws`,
    openMeteo: `${base}/open-meteo`,
    openMeteoPrevious: `${base}/open-meteo-previous`,
    iem: `${base}/iem`,
  };
}
