import { configOrExit, runService } from '#process';
import { loadGatewayConfig } from './gateway.config.js';
import { gatewayService } from './gateway.service.js';

await runService(gatewayService(configOrExit(() => loadGatewayConfig(process.env))));
