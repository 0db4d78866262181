import "reflect-metadata";
import { startApp } from "./app.ts";
import { ConfigError, readConfig } from "./config.ts";
import { createLogger } from "./log.ts";

/** EX_CONFIG of sysexits.h: whoever restarts us may as well not. */
const EXIT_CONFIG = 78;
