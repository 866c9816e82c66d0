# cmd/: thin mains over the library
libwkl_a_SOURCES += cmd/command.c cmd/command.h cmd/complete.c cmd/complete.h cmd/files.c cmd/files.h cmd/format.c cmd/format.h cmd/habits.c cmd/habits.h cmd/options.c cmd/options.h
bin_PROGRAMS += wklc wklrun
wklc_SOURCES = cmd/wklc.c
wklrun_SOURCES = cmd/wklrun.c

# Completions are what the built commands say of themselves.
COMPLETIONS = completions/wklc completions/wklrun completions/_wklc completions/_wklrun completions/wklc.fish completions/wklrun.fish
CLEANFILES += $(COMPLETIONS)
bashcompdir = $(datadir)/bash-completion/completions
nodist_bashcomp_DATA = completions/wklc completions/wklrun
zshcompdir = $(datadir)/zsh/site-functions
nodist_zshcomp_DATA = completions/_wklc completions/_wklrun
fishcompdir = $(datadir)/fish/vendor_completions.d
nodist_fishcomp_DATA = completions/wklc.fish completions/wklrun.fish
completions/wklc completions/_wklc completions/wklc.fish: wklc$(EXEEXT)
completions/wklrun completions/_wklrun completions/wklrun.fish: wklrun$(EXEEXT)
$(COMPLETIONS):
	$(AM_V_GEN)$(MKDIR_P) completions && command=$(@F) && command=$${command#_} && command=$${command%.fish} && \
	case $(@F) in _*) shell=zsh ;; *.fish) shell=fish ;; *) shell=bash ;; esac && \
	./$$command$(EXEEXT) --completion $$shell >$@.new && mv $@.new $@
