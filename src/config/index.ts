/** The configuration file and the environment. Nothing else reads either. */
export {
  type Config,
  ConfigError,
  configPath,
  configPathIfAny,
  loadConfig,
  secret,
  toConfig,
} from './config.ts';
export { duration } from './duration.ts';
