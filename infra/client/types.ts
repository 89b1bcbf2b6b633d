/**
 * The types of an entry of the client as one text: without zod, whose types are written out as what
 * they come to; and for compilers of 2019 without what came to the language later.
 */
import { dirname, join } from 'node:path';
import ts from 'typescript-5';
import { root } from '../functions.ts';

const WRITTEN_OUT =
  ts.NodeBuilderFlags.NoTruncation |
  ts.NodeBuilderFlags.InTypeAlias |
  ts.NodeBuilderFlags.UseSingleQuotesForStringLiteralType;
const PROTOCOL = join(root, 'shared', 'protocol');
const printer = ts.createPrinter();

/** By what a file is imported that is another entry, whose types are not repeated. */
type Door = (file: string) => string | undefined;

/** Of the entry in this file: for TypeScript of today, and from 3.5 on. */
export function clientTypes(entry: string, door: Door) {
  const program = programOf(entry);
  const modules = modulesFrom(entry, program, door);
  return {
    names: exportedBy(modules),
    today: textOf(modules, program, (declaration) => declaration),
    // What the types mean can be read in those of today.
    since35: withoutComments(textOf(modules, program, downlevelled)),
  };
}

function withoutComments(text: string): string {
  const file = ts.createSourceFile('types.d.ts', text, ts.ScriptTarget.Latest);
  return ts.createPrinter({ removeComments: true }).printFile(file).replaceAll(/^ +/gm, '');
}

function textOf(modules: ReadonlyMap<string, Module>, program: ts.Program, as: Shown): string {
  const [file = ''] = modules.keys();
  const wanted = exportedBy(modules);
  const imports = new Map<string, Set<string>>();
  const found = new Map<string, Declaration>();
  const texts: string[] = [];
  const queue = wanted.map((name) => ({ name, file }));
  for (const asked of queue) {
    const { name, one } = resolve(modules, asked.file, asked.name);
    if (one === undefined) continue; // the language's own
    const known = found.get(name);
    if (known && known.file !== one.file) throw new Error(`${name} means two things: ${known.file}, ${one.file}`);
    if (known) continue;
    found.set(name, one);
    if (one.statement === undefined) {
      if (one.file === 'zod') throw new Error('A type of zod is shown');
      imports.set(one.file, (imports.get(one.file) ?? new Set()).add(name));
      continue;
    }
    const { text, names } = written(one.file, one.statement, name, program, as);
    texts.push(text);
    for (const next of names) queue.push({ name: next, file: one.file });
  }
  const lines = [...imports].map(([from, names]) => `import { ${[...names].join(', ')} } from '${from}';`);
  return [...lines, ...texts, `export { ${wanted.join(', ')} };`, ''].join('\n');
}

/** What a name stands for in a file; undefined where it is the language's own. */
function resolve(
  modules: ReadonlyMap<string, Module>,
  file: string,
  name: string,
): { readonly name: string; readonly one: Declaration | undefined } {
  const module = modules.get(file);
  const from = module?.imported.get(name);
  if (from !== undefined) return modules.has(from) ? resolve(modules, from, name) : { name, one: { file: from } };
  // A schema of the protocol has the name of its type.
  const statement = module?.declared.statements.find(
    (one) => namesOf(one).includes(name) && !(file.startsWith(PROTOCOL) && ts.isVariableStatement(one)),
  );
  return { name, one: statement && { file, statement } };
}

type Shown = (statement: ts.Statement) => ts.Statement;

interface Module {
  readonly file: string;
  /** What the compiler declares it to hold. */
  readonly declared: ts.SourceFile;
  /** Names that come from elsewhere: from another file, another entry or a package. */
  readonly imported: ReadonlyMap<string, string>;
}

function programOf(entry: string): ts.Program {
  const path = join(root, 'tsconfig.json');
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(path, (file) => ts.sys.readFile(file)).config,
    ts.sys,
    root,
  );
  return ts.createProgram([entry], {
    ...options,
    types: [],
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    stripInternal: true,
  });
}

/** The entry and whatever it imports, but for what it imports from another entry. */
function modulesFrom(entry: string, program: ts.Program, door: Door): Map<string, Module> {
  const files = [entry];
  const modules = new Map<string, Module>();
  for (const file of files) {
    const source = program.getSourceFile(file);
    if (!source) throw new Error(`${file} is not there`);
    let text = '';
    program.emit(source, (_, declared) => (text = declared), undefined, true);
    const declared = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    const imported = new Map<string, string>();
    for (const statement of declared.statements) {
      const from = importedFrom(statement);
      if (from === undefined) continue;
      const target = from.startsWith('.') ? join(dirname(file), from) : from;
      const specifier = from.startsWith('.') ? door(target) : from;
      for (const name of namesIn(statement)) imported.set(name, specifier ?? target);
      if (specifier === undefined && !files.includes(target)) files.push(target);
    }
    modules.set(file, { file, declared, imported });
  }
  return modules;
}

function importedFrom(statement: ts.Statement): string | undefined {
  if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return undefined;
  const from = statement.moduleSpecifier;
  return from && ts.isStringLiteral(from) ? from.text : undefined;
}

/** What an import or export names. Another name than its own has no place where all are one. */
function namesIn(statement: ts.Statement): string[] {
  const clause = ts.isImportDeclaration(statement)
    ? statement.importClause?.namedBindings
    : ts.isExportDeclaration(statement)
      ? statement.exportClause
      : undefined;
  if (!clause) return [];
  if (ts.isNamespaceImport(clause)) return [clause.name.text];
  if (ts.isNamespaceExport(clause)) throw new Error(`export * as ${clause.name.text} is not understood`);
  return clause.elements.map(({ name, propertyName }) => {
    if (propertyName) throw new Error(`${propertyName.text} is renamed to ${name.text}`);
    return name.text;
  });
}

/** What the first of the modules exports. */
function exportedBy(modules: ReadonlyMap<string, Module>): string[] {
  const [entry] = modules.values();
  return (entry?.declared.statements ?? []).flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) return namesIn(statement);
    const isExported = ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword); // prettier-ignore
    return isExported ? namesOf(statement) : [];
  });
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  const isNamed =
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isFunctionDeclaration(statement);
  return isNamed && statement.name ? [statement.name.text] : [];
}

/** Without a statement, `file` is how another entry or a package is imported. */
interface Declaration {
  readonly file: string;
  readonly statement?: ts.Statement;
}

/** A declaration as it is published, and the names that it speaks of. */
function written(file: string, statement: ts.Statement, name: string, program: ts.Program, as: Shown) {
  const ofProtocol = file.startsWith(PROTOCOL) && ts.isTypeAliasDeclaration(statement) && !statement.typeParameters;
  if (ofProtocol) return { text: `type ${name} = ${writtenOut(file, name, program)};`, names: [] };
  const names = new Set<string>();
  const collect = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, collect);
  };
  const shown = as(statement);
  collect(shown);
  const text = printer.printNode(ts.EmitHint.Unspecified, shown, statement.getSourceFile());
  return { text: text.replace(/^((?:\/\*\*.*?\*\/\s*)?)export /s, '$1'), names };
}

/** A type as what it comes to. */
function writtenOut(file: string, name: string, program: ts.Program): string {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const symbol = module && checker.getExportsOfModule(module).find((one) => one.name === name);
  if (!source || !symbol) throw new Error(`${file} exports no ${name}`);
  const node = checker.typeToTypeNode(checker.getDeclaredTypeOfSymbol(symbol), source, WRITTEN_OUT);
  if (!node) throw new Error(`${name} cannot be written out`);
  return printer.printNode(ts.EmitHint.Unspecified, node, source);
}

/**
 * For TypeScript 3.5: getters are members that are read, generators are iterators, and what is
 * private is nobody's business.
 */
function downlevelled<T extends ts.Node>(declaration: T): T {
  const visit = (node: ts.Node): ts.Node | undefined => {
    if (ts.isPropertyDeclaration(node) && ts.isPrivateIdentifier(node.name)) return undefined;
    if (ts.isTypeReferenceNode(node) && node.typeName.getText() === 'AsyncGenerator')
      return ts.factory.createTypeReferenceNode('AsyncIterableIterator', node.typeArguments?.slice(0, 1));
    if (!ts.isGetAccessorDeclaration(node)) return ts.visitEachChild(node, visit, undefined);
    const readonly = ts.factory.createModifier(ts.SyntaxKind.ReadonlyKeyword);
    const member = ts.factory.createPropertyDeclaration([readonly], node.name, undefined, node.type, undefined);
    return ts.setTextRange(member, node);
  };
  return ts.visitEachChild(declaration, visit, undefined);
}
