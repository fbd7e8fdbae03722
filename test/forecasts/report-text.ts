/** A report in the layout of the service, its numbers invented. */
export function reportText({
  day = 'MARCH 7 2026',
  section = 'YESTERDAY',
  high = '67',
  headline = '',
  product = 'CLIMDW',
} = {}): string {
  return `000
CDUS43 KLOT 080641
${product}

CLIMATE REPORT
NATIONAL WEATHER SERVICE CHICAGO/ROMEOVILLE, IL
1241 AM CST SUN MAR 08 2026

...................................

...THE CHICAGO MIDWAY CLIMATE SUMMARY FOR ${day}${headline}...

CLIMATE NORMAL PERIOD 1991 TO 2020
CLIMATE RECORD PERIOD 1928 TO 2026

WEATHER ITEM   OBSERVED TIME   RECORD YEAR NORMAL DEPARTURE LAST
                VALUE   (LST)  VALUE       VALUE  FROM      YEAR
..................................................................
TEMPERATURE (F)
 ${section}
  MAXIMUM         ${high}   2:53 PM  75    2000  44     23       38
  MINIMUM         41   5:12 AM -4    1960  29     12       27
  AVERAGE         54

PRECIPITATION (IN)
  YESTERDAY        0.00
`;
}
