" Vim syntax file of wkl; made by scripts/editors. Copy it to ~/.vim/syntax/ and say in ~/.vim/ftdetect/wkl.vim:
"   autocmd BufNewFile,BufRead *.wkl setfiletype wkl
if exists('b:current_syntax')
  finish
endif
syntax case match

syntax match wklOperator /\.\.\|[<>=!]=\|[<>=~+*%-]\|\//
syntax match wklType /\<\%(timestamp\|decimal\|bigint\|double\|string\|bytes\|float\|bool\|char\|date\|json\|uuid\|int\)\>/
syntax match wklDistribution /\<\%(exponential\|sequential\|ycsb_zipf\|uniform\|latest\|normal\|zipf\|hot\)\>/
syntax match wklStrategy /\<\%(binpacked\|single\|batch\)\>/
syntax match wklKeyword /\<\%(transaction\|aggregate\|parallel\|requests\|strategy\|clients\|per_key\|delete\|expect\|insert\|update\|warmup\|count\|first\|group\|index\|limit\|order\|range\|sweep\|think\|where\|desc\|keys\|last\|miss\|null\|rate\|rows\|scan\|all\|asc\|for\|get\|key\|put\|set\|as\|by\|in\|of\|on\)\>/
syntax match wklDeclaration /\<\%(workload\|backend\|entity\|param\|query\|table\|type\|run\|use\)\>/
syntax match wklWordOperator /\<\%(and\|not\|or\)\>/
syntax match wklRow /\<row\>/
syntax match wklGenerator /\%(\~\s*\)\@<=\<\%(exponential\|sequence\|uniform\|choice\|normal\|pareto\|words\|text\|uuid\|zipf\|hex\)\>/
syntax match wklCall /\<\%(count\|file\|avg\|env\|max\|min\|sum\)\ze\s*(/
syntax match wklMetric /\<\%(service\.\)\?\%(cost_per_million\|staleness\.max\|staleness\.p50\|staleness\.p99\|error_rate\|throughput\|errors\|p99\.9\|stale\|mean\|rows\|max\|p50\|p90\|p95\|p99\|cv\)\ze\s*[<>=!]/
syntax match wklNumber /\<\d[0-9_]*\%(\.\d[0-9_]*\)\?\%(\%(G\/s\|GiB\|KiB\|M\/s\|MiB\|TiB\|k\/h\|k\/m\|k\/s\|\/h\|\/m\|\/s\|GB\|KB\|MB\|TB\|ms\|ns\|us\|%\|B\|G\|M\|d\|h\|k\|m\|s\)\w\@!\)\?/
syntax match wklDate /\<\d\{4}-\d\{1,2}-\d\{1,2}\%(T[0-9:.]\+Z\?\)\?/
syntax match wklColumn /\<\h\w*\ze\s*::\@!/
syntax match wklEscape /\\./ contained
syntax region wklInterpolation start=/{/ end=/}/ contained oneline contains=wklNumber,wklRow,wklOperator
syntax region wklString start=/"/ skip=/\\./ end=/"/ oneline contains=wklEscape,wklInterpolation
syntax match wklComment /#.*/ contains=@Spell

setlocal commentstring=#\ %s

highlight default link wklOperator Operator
highlight default link wklType Type
highlight default link wklDistribution Function
highlight default link wklStrategy Constant
highlight default link wklKeyword Statement
highlight default link wklDeclaration Structure
highlight default link wklWordOperator Operator
highlight default link wklRow Constant
highlight default link wklGenerator Function
highlight default link wklCall Function
highlight default link wklMetric Identifier
highlight default link wklNumber Number
highlight default link wklDate Number
highlight default link wklColumn Identifier
highlight default link wklEscape SpecialChar
highlight default link wklInterpolation Special
highlight default link wklString String
highlight default link wklComment Comment

let b:current_syntax = 'wkl'
