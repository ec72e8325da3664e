// All groups of rules in the order in which they are asked. Providers come first by host; among the shared ones the more special first.
import type { RuleGroup } from "../rule.ts";
import { ASIA, KOREAN_SERVICES } from "./asia.ts";
import { BIG } from "./big.ts";
import { BLACKLISTS } from "./blacklists.ts";
import { APPLIANCES, FILTERS } from "./filters.ts";
import { SMARTHOSTS } from "./gateways.ts";
import { GOOGLE } from "./google.ts";
import { LANGUAGES_ASIA } from "./languages-asia.ts";
import { LANGUAGES_EUROPE } from "./languages-europe.ts";
import { MICROSOFT } from "./microsoft.ts";
import { PRODUCTS } from "./products.ts";
import { WORDS } from "./words.ts";
import { YAHOO, YAHOO_JAPAN } from "./yahoo.ts";

export const RULE_GROUPS: readonly RuleGroup[] = [
	GOOGLE,
	YAHOO,
	YAHOO_JAPAN,
	MICROSOFT,
	...BIG,
	...ASIA,
	...FILTERS,
	KOREAN_SERVICES,
	BLACKLISTS,
	APPLIANCES,
	SMARTHOSTS,
	...PRODUCTS,
	LANGUAGES_ASIA,
	LANGUAGES_EUROPE,
	WORDS,
];
