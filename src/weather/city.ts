/** Where a city's high is measured: the station that its settlement source reports. */
export interface Station {
  /** Its ICAO name, as observations and forecasts are asked for: "KMDW". */
  readonly icao: string;
  /** The product that reports its climate day: "CLIMDW". */
  readonly climateReport: string;
  readonly name: string;
  /** Degrees north and east. */
  readonly latitude: number;
  readonly longitude: number;
}

/** A city on whose daily high Kalshi lists markets. */
export interface City {
  /** The name that `--city` and signals use: "los-angeles". */
  readonly name: string;
  readonly label: string;
  readonly series: string;
  /** What the series was called in old records. */
  readonly formerSeries: readonly string[];
  readonly station: Station;
  /** Hours to add to UTC for local standard time: the clock of the climate day all year. */
  readonly standardOffset: number;
}
