import type { Finding } from '../model/finding.ts';
import type { Package } from '../model/package.ts';
import type { Report } from '../model/report.ts';
import { imageNameOf } from '../policy/image-name.ts';
import { escapeText } from './escape.ts';
import { plainLine } from './sarif-text.ts';
import { instructionWords } from './words.ts';

/** Places of a result: code hosts keep no more (GitHub: "Location per result"). */
const PLACES = 100;

/** Where the findings of one image are, as locations of SARIF (3.28). */
export class SarifLocations {
  readonly #report: Report;
  readonly #packages: ReadonlyMap<string, readonly Package[]>;
  /** Stands for the image where a finding has no place in it. */
  readonly #image: string;

  constructor(report: Report) {
    this.#report = report;
    this.#packages = Map.groupBy(report.packages, ({ purl }) => purl);
    const { reference } = report.image;
    this.#image = pathUri(imageNameOf(report)?.repository ?? reference.split('/').at(-1)!) ?? 'image';
  }

  /** The one place that code hosts look at: they show no result without one. */
  primary(finding: Finding): object {
    const { package: pkg, layer, location } = finding;
    return {
      physicalLocation: physical(this.#uriOf(finding), location?.line),
      ...(pkg !== undefined && {
        logicalLocations: [{ name: escapeText(pkg.name), fullyQualifiedName: escapeText(pkg.purl), kind: 'package' }],
      }),
      ...(layer !== undefined && { message: { text: this.#layerText(layer.index, layer.instruction) } }),
    };
  }

  /** Further places, each with a number that a message can refer to. */
  related({ locations = [] }: Finding): readonly object[] {
    return locations.slice(1, PLACES).map(({ path, layer }, index) => ({
      id: index + 1,
      physicalLocation: physical(pathUri(path) ?? this.#image),
      message: { text: this.#layerText(layer) },
    }));
  }

  /** Of a file that was not read, say; undefined where the path is none. */
  ofPath(path: string): object | undefined {
    const uri = pathUri(path);
    return uri === undefined ? undefined : { physicalLocation: physical(uri) };
  }

  #uriOf({ location, package: pkg, layer }: Finding): string {
    const copies = this.#packages.get(pkg?.purl ?? '') ?? [];
    const copy = copies.find((one) => one.layer.index === layer?.index) ?? copies[0];
    return pathUri(location?.path ?? '') ?? pathUri(copy?.locations[0] ?? '') ?? this.#image;
  }

  #layerText(index: number, instruction = this.#report.image.layers[index]?.instruction): string {
    return plainLine(`Layer ${index}: ${instructionWords(instruction)}`);
  }
}

/**
 * A path of the image as a relative reference (RFC 3986, 4.2), percent-encoded; undefined for the root.
 * That of a member of an archive keeps its form: `app/a.jar!/lib/b.jar`.
 */
export function pathUri(path: string): string | undefined {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.' && part !== '..');
  return parts.length === 0 ? undefined : parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/');
}

/** Code hosts want all four; a file of which no line is known is meant as a whole. */
function physical(uri: string, line = 1): object {
  const startLine = Math.max(1, line);
  return {
    artifactLocation: { uri },
    region: { startLine, startColumn: 1, endLine: startLine, endColumn: 1 },
  };
}
