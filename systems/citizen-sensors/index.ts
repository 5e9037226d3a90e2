/** Citizens' sensors (system 4): cheap sensors of people, shown apart from official data with an estimate of their quality. */
import { declareSystem } from '../../platform/declaration/index.ts';
import { systemPrincipal } from '../../platform/rights/index.ts';
import { CitizenAirSensor, CitizenNoiseSensor } from './entities.ts';
import { judgeDue } from './judging.ts';
import { serveCitizenSensors } from './routes.ts';

export const citizenSensors = declareSystem({
  name: 'citizen-sensors',
  title: { vi: 'Cảm biến của người dân', en: 'Citizens’ sensors' },
  entities: { CitizenAirSensor, CitizenNoiseSensor },
  routes: serveCitizenSensors,
  jobs: (platform) => [
    {
      name: 'citizen-sensors.judge',
      cron: '*/5 * * * *',
      principal: systemPrincipal('citizen-sensors', []),
      run: async () => void (await judgeDue(platform)),
    },
  ],
  pages: [
    {
      path: 'citizen-sensors',
      file: 'desk',
      access: 'entity:write',
      shell: 'console',
      order: 24,
      icon: 'map',
      title: { vi: 'Cảm biến của người dân', en: 'Citizens’ sensors' },
    },
  ],
});
