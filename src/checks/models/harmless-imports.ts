import type { PickleImport } from '../../formats/models/pickle.ts';

const pathlib = 'Path PosixPath PurePath PurePosixPath PureWindowsPath WindowsPath';
const datetime = 'date datetime time timedelta timezone tzinfo';
const dtypes =
  'bool bool_ int8 int16 int32 int64 intc intp int_ uint8 uint16 uint32 uint64 uintc uintp uint longlong ulonglong half ' +
  'float16 float32 float64 float128 longdouble complex64 complex128 complex256 bytes_ str_ string_ unicode_ void object_ ' +
  'datetime64 timedelta64';
const ufuncs = 'abs absolute exp expm1 log log10 log1p log2 max mean median min sqrt square std sum var';
const builtins =
  'Ellipsis NotImplemented abs bool bytearray bytes complex dict enumerate float frozenset int iter len list max min object ' +
  'property range reversed round set slice str sum tuple type zip';
const cookies = 'Cookie CookieJar DefaultCookiePolicy FileCookieJar LWPCookieJar MozillaCookieJar';
const multiarray = '_reconstruct scalar';
const dok =
  'coo_array coo_matrix csc_array csc_matrix csr_array csr_matrix dia_matrix dok_matrix lil_matrix bsr_matrix';

/**
 * What data and checkpoints are made of, name by name: a module that holds data imports others that do not (`uuid` runs programs,
 * `typing` evaluates texts), and a name of it may be such a module. Of the library, these build values of their own type; of
 * packages, they are what `torch.load(weights_only=True)` allows (torch/_weights_only_unpickler.py), and what pickles of NumPy,
 * SciPy, pandas and the trainers of transformers are seen to import.
 */
const names: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    // What Python 3 calls its own by in protocols that Python 2 reads (Lib/_compat_pickle.py).
    Cookie: 'Morsel SimpleCookie',
    Queue: 'Empty Full LifoQueue PriorityQueue Queue',
    UserDict: 'IterableUserDict UserDict',
    UserList: 'UserList',
    UserString: 'UserString',
    __builtin__: `${builtins} basestring long unicode xrange`,
    _codecs: 'encode',
    _collections: 'OrderedDict defaultdict deque',
    _decimal: 'Context Decimal',
    _io: 'BytesIO StringIO',
    _random: 'Random',
    _struct: 'Struct',
    _thread: '_local',
    abc: 'ABC',
    argparse: 'Namespace',
    array: '_array_reconstructor array',
    builtins,
    codecs: 'encode',
    collections: 'ChainMap Counter OrderedDict UserDict UserList UserString defaultdict deque',
    cookielib: cookies,
    copy: 'copy deepcopy',
    copy_reg: '__newobj__ __newobj_ex__ _reconstructor',
    copyreg: '__newobj__ __newobj_ex__ _reconstructor',
    dataclasses: 'MISSING _MISSING_TYPE',
    datetime,
    decimal: 'Context Decimal',
    enum: 'Enum Flag IntEnum IntFlag StrEnum',
    fractions: 'Fraction',
    'http.cookiejar': cookies,
    'http.cookies': 'Morsel SimpleCookie',
    inspect: 'BoundArguments Parameter Signature _ParameterKind _empty',
    io: 'BytesIO StringIO',
    ipaddress: 'IPv4Address IPv4Interface IPv4Network IPv6Address IPv6Interface IPv6Network',
    itertools: 'chain count cycle islice repeat',
    logging: 'Logger getLogger',
    math: 'ceil cos exp fabs floor inf isinf isnan log log10 log1p log2 nan pi sin sqrt tan tanh',
    numbers: 'Complex Integral Number Rational Real',
    operator: 'add and_ eq ge gt le lt mul ne neg not_ or_ sub truediv xor',
    pathlib,
    'pathlib._local': pathlib,
    queue: 'Empty Full LifoQueue PriorityQueue Queue',
    random: 'Random SystemRandom',
    re: 'Pattern RegexFlag _compile compile',
    sre_compile: '_compile',
    statistics: 'NormalDist',
    struct: 'Struct',
    threading: 'local',
    time: 'struct_time',
    types: 'EllipsisType GenericAlias MappingProxyType NoneType SimpleNamespace',
    typing:
      'Any Callable ClassVar Dict FrozenSet Generic Iterable List Literal Mapping Optional Sequence Set Tuple Type TypeVar Union',
    'urllib.parse': 'DefragResult ParseResult SplitResult',
    uuid: 'SafeUUID UUID',
    weakref: 'WeakKeyDictionary WeakSet WeakValueDictionary ref',
    'xml.etree.ElementTree': 'Element',
    zoneinfo: 'ZoneInfo ZoneInfo._unpickle',

    torch:
      'Size Tensor Generator device dtype layout per_channel_affine per_channel_affine_float_qparams per_channel_symmetric ' +
      'per_tensor_affine per_tensor_symmetric strided bfloat16 bits8 bits16 bool cfloat cdouble complex32 complex64 ' +
      'complex128 double float float16 float32 float64 float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz half int ' +
      'int8 int16 int32 int64 long qint8 qint32 quint2x4 quint4x2 quint8 short uint8 uint16 uint32 uint64 FloatTensor ' +
      'DoubleTensor HalfTensor BFloat16Tensor LongTensor IntTensor ShortTensor CharTensor ByteTensor BoolTensor',
    'torch._tensor': 'Tensor _rebuild_from_type_v2',
    'torch._utils':
      '_rebuild_device_tensor_from_cpu_tensor _rebuild_device_tensor_from_numpy _rebuild_meta_tensor_no_storage ' +
      '_rebuild_nested_tensor _rebuild_parameter _rebuild_parameter_with_state _rebuild_qtensor _rebuild_sparse_csr_tensor ' +
      '_rebuild_sparse_tensor _rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_wrapper_subclass',
    'torch.jit._pickle':
      'build_boollist build_doublelist build_intlist build_tensor_from_id build_tensorlist restore_type_tag',
    'torch.nn.parameter': 'Buffer Parameter UninitializedBuffer UninitializedParameter',
    'torch.serialization': '_get_layout',
    'torch.storage': 'TypedStorage UntypedStorage _TypedStorage _UntypedStorage',
    'torch.torch_version': 'TorchVersion',
    'torch.utils.hooks': 'RemovableHandle',

    numpy: `dtype matrix ndarray ${dtypes} ${ufuncs}`,
    'numpy._core._multiarray_umath': multiarray,
    'numpy._core.multiarray': multiarray,
    'numpy._core.numeric': '_frombuffer',
    'numpy.core._multiarray_umath': multiarray,
    'numpy.core.multiarray': multiarray,
    'numpy.core.numeric': '_frombuffer',
    'numpy.ma': 'MaskedArray',
    'numpy.ma.core': 'MaskedArray MaskedConstant _mareconstruct',
    'numpy.matrixlib.defmatrix': 'matrix',
    'numpy.random': '__RandomState_ctor',
    'numpy.random._generator': 'Generator',
    'numpy.random._mt19937': 'MT19937',
    'numpy.random._pcg64': 'PCG64 PCG64DXSM',
    'numpy.random._philox': 'Philox',
    'numpy.random._pickle': '__bit_generator_ctor __generator_ctor __randomstate_ctor',
    'numpy.random._sfc64': 'SFC64',
    'numpy.random.bit_generator': 'SeedSequence __pyx_unpickle_SeedSequence',
    'numpy.random.mtrand': 'RandomState',
    'scipy.sparse._arrays': dok,
    'scipy.sparse._bsr': dok,
    'scipy.sparse._coo': dok,
    'scipy.sparse._csc': dok,
    'scipy.sparse._csr': dok,
    'scipy.sparse._dia': dok,
    'scipy.sparse._dok': dok,
    'scipy.sparse._lil': dok,
    'scipy.sparse.coo': dok,
    'scipy.sparse.csc': dok,
    'scipy.sparse.csr': dok,
    'scipy.spatial._ckdtree': 'cKDTree',
    'scipy.spatial._kdtree': 'KDTree',
    // Arrays that joblib puts behind its opcodes.
    'joblib.numpy_pickle': 'NumpyArrayWrapper',
    'joblib.numpy_pickle_compat': 'NDArrayWrapper ZNDArrayWrapper',
    'sklearn.externals.joblib.numpy_pickle': 'NDArrayWrapper NumpyArrayWrapper ZNDArrayWrapper',

    'pandas._libs.arrays': '__pyx_unpickle_NDArrayBacked',
    'pandas._libs.internals': 'BlockPlacement _unpickle_block',
    'pandas._libs.tslibs.nattype': '_nat_unpickle NaTType',
    'pandas._libs.tslibs.offsets': 'BDay BusinessDay Day Hour Minute MonthEnd Second',
    'pandas._libs.tslibs.period': '_unpickle_period Period',
    'pandas._libs.tslibs.timedeltas': '_timedelta_unpickle Timedelta',
    'pandas._libs.tslibs.timestamps': '_unpickle_timestamp Timestamp',
    'pandas.core.flags': 'Flags',
    'pandas.core.frame': 'DataFrame',
    'pandas.core.indexes.base': 'Index _new_Index',
    'pandas.core.indexes.datetimes': 'DatetimeIndex _new_DatetimeIndex',
    'pandas.core.indexes.period': 'PeriodIndex _new_PeriodIndex',
    'pandas.core.internals.blocks': 'new_block',
    'pandas.core.series': 'Series',
    pytz: '_UTC _p',

    'accelerate.state': 'PartialState',
    'accelerate.utils.dataclasses': 'DeepSpeedPlugin DistributedType',
    'accelerate.utils.deepspeed': 'HfDeepSpeedConfig',
    'requests.cookies': 'RequestsCookieJar',
    'requests.structures': 'CaseInsensitiveDict LookupDict',
    'transformers.deepspeed': 'HfDeepSpeedConfig HfTrainerDeepSpeedConfig',
    'transformers.integrations.deepspeed': 'HfDeepSpeedConfig HfTrainerDeepSpeedConfig',
    'transformers.trainer_pt_utils': 'AcceleratorConfig',
    'transformers.trainer_utils':
      'EvaluationStrategy FSDPOption HubStrategy IntervalStrategy SaveStrategy SchedulerType ShardedDDPOption',
    'transformers.training_args': 'OptimizerNames ParallelMode TrainingArguments',
    'transformers.training_args_seq2seq': 'Seq2SeqTrainingArguments',
    'catboost.core': 'CatBoost CatBoostClassifier CatBoostRanker CatBoostRegressor',
    'lightgbm.basic': 'Booster',
    'xgboost.core': 'Booster',
    'nltk.tokenize.punkt':
      'PunktLanguageVars PunktParameters PunktSentenceTokenizer PunktToken PunktTrainer PunktWordTokenizer',
  }).map(([module, list]) => [module, new Set(list.split(' '))]),
);

/** Packages of whose classes the constructors keep what they are given, and do nothing else with it. */
const trees: readonly string[] = [
  'lightgbm.sklearn',
  'pandas.core.arrays',
  'pandas.core.dtypes.dtypes',
  'pandas.core.indexes',
  'pandas.core.internals',
  'sklearn',
  'torch.nn.modules',
  'torch.optim',
  'torchvision.models',
  'xgboost.sklearn',
];
/** Parts of them that are no such classes: those that fetch or load data, and those that are there for tests. */
const NO_ESTIMATORS = /(?:^|\.)(?:_joblib|_?testing|conftest|datasets|externals|tests?|quantization)(?:\.|$)/;
const CLASS = /^_?[A-Z]\w*$/;
/** Functions of these packages that make objects of their own modules (Cython, "Pickling of extension types"). */
const MAKER = /^(?:__pyx_unpickle_\w+|newObj|chi2|f_classif|f_regression)$/;
/** Abstract classes, which are named and never made. */
const ABSTRACT = /^(?:_abcoll|_collections_abc|collections\.abc)$/;
const STORAGE = /^[A-Z][A-Za-z0-9]*Storage$/;
const EXCEPTION = /^[A-Z][A-Za-z]*(?:Error|Exception|Exit|Interrupt|Iteration|Warning)$/;
/** What the archives of TorchScript call their own types by: no module of Python, but read by libtorch. */
const TORCHSCRIPT = /^__torch__(?:\.|$)/;

/** Whether data is made of this, and importing and calling it does nothing else. */
export function isHarmless({ module, name }: PickleImport): boolean {
  if (names.get(module)?.has(name) === true) return true;
  if (module === 'torch' || module === 'torch.cuda' || module === 'torch.sparse') return STORAGE.test(name);
  if (module === 'builtins' || module === '__builtin__' || module === 'exceptions') return EXCEPTION.test(name);
  if (ABSTRACT.test(module)) return CLASS.test(name);
  if (TORCHSCRIPT.test(module)) return /^\w+$/.test(name);
  if (!trees.some((tree) => module === tree || module.startsWith(`${tree}.`))) return false;
  return (CLASS.test(name) || MAKER.test(name)) && !NO_ESTIMATORS.test(module);
}
