#include "cli/help/completion_scripts.h"

#include <string_view>

namespace ephor::cli {
namespace {

std::vector<std::string> NamesOf(const FlagEntry& flag) {
  std::vector<std::string> names;
  for (const std::string& name : flag.long_names) names.push_back("--" + name);
  for (const std::string& name : flag.short_names) names.push_back("-" + name);
  return names;
}

// In single quotes of a shell.
std::string ShellQuote(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

// The first sentence or line, which is all that fits beside a name.
std::string Brief(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

// A shell function that prints something for each command, by the command's path.
template <class Text>
void AppendCases(std::string_view function, const CommandEntry& program, Text text, std::string& out) {
  out += std::string(function) + "() {\n  case \"$1\" in\n";
  ForEachCommand(program, [&](const CommandEntry& command) {
    const std::string printed = text(command);
    if (!printed.empty()) out += "    " + ShellQuote(command.path) + ") " + printed + " ;;\n";
  });
  out += "  esac\n}\n\n";
}

std::string EchoWords(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text.empty() ? text : "echo " + ShellQuote(text);
}

std::vector<std::string> WordsOf(const CommandEntry& command) {
  std::vector<std::string> words = command.words;
  for (const CommandEntry& below : command.commands) words.push_back(below.name);
  return words;
}

// Prints the words that may come next, which are commands or what the argument may be.
void AppendWords(const CommandEntry& program, std::string& out) {
  AppendCases("_ephor_words", program, [](const CommandEntry& c) { return EchoWords(WordsOf(c)); }, out);
}

// Succeeds for a command and a flag that is followed by a value.
void AppendTakesValue(const CommandEntry& program, std::string& out) {
  out += "_ephor_takes_value() {\n  case \"$1 $2\" in\n";
  ForEachCommand(program, [&](const CommandEntry& command) {
    std::string patterns;
    for (const FlagEntry& flag : command.flags) {
      if (flag.type.empty()) continue;
      for (const std::string& name : NamesOf(flag)) {
        patterns += (patterns.empty() ? "" : " | ") + ShellQuote(command.path + " " + name);
      }
    }
    if (!patterns.empty()) out += "    " + patterns + ") return 0 ;;\n";
  });
  out += "  esac\n  return 1\n}\n\n";
}

constexpr std::string_view kBash = R"sh(_ephor() {
  local cur=${COMP_WORDS[COMP_CWORD]} command=ephor value=0 word words i
  [[ $cur == '=' ]] && cur=
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if ((value)); then
      # Bash has taken "--flag=value" apart.
      [[ $word == '=' ]] || value=0
    elif [[ $word == -* ]]; then
      _ephor_takes_value "$command" "$word" && value=1
    elif [[ " $(_ephor_words "$command") " == *" $word "* ]]; then
      command="$command $word"
    fi
  done
  words=$(_ephor_words "$command")
  COMPREPLY=()
  if ((!value)) && [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$(_ephor_flags "$command")" -- "$cur")
  elif ((!value)) && [[ -n $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    compopt -o filenames 2>/dev/null
  fi
}

complete -F _ephor ephor
)sh";

constexpr std::string_view kZsh = R"sh(_ephor() {
  local command=ephor value=0 word i
  for ((i = 2; i < CURRENT; i++)); do
    word=${words[i]}
    if ((value)); then
      value=0
    elif [[ $word == -*=* ]]; then
      continue
    elif [[ $word == -* ]]; then
      _ephor_takes_value "$command" "$word" && value=1
    elif [[ " $(_ephor_words "$command") " == *" $word "* ]]; then
      command="$command $word"
    fi
  done
  local -a choices
  if ((!value)) && [[ ${words[CURRENT]} == -* ]]; then
    choices=("${(@f)$(_ephor_flags "$command")}")
    _describe flag choices
  elif ((!value)) && [[ -n $(_ephor_words "$command") ]]; then
    choices=("${(@f)$(_ephor_choices "$command")}")
    _describe command choices
  else
    _files
  fi
}

if [ "$funcstack[1]" = "_ephor" ]; then
  _ephor "$@"
else
  compdef _ephor ephor
fi
)sh";

constexpr std::string_view kFish = R"sh(function __ephor_command
    set -l command ephor
    set -l value 0
    for word in (commandline -opc)[2..-1]
        if test $value = 1
            set value 0
        else if string match -q -- '-*' $word
            if contains -- "$command $word" $__ephor_valued
                set value 1
            end
        else if contains -- "$command $word" $__ephor_commands
            set command "$command $word"
        end
    end
    echo $command
end

function __ephor_in
    test (__ephor_command) = "$argv"
end

)sh";

// "name:description" for zsh's _describe.
std::string Described(std::string_view name, std::string_view description) {
  std::string text;
  for (const char c : name) {
    if (c == ':') text += '\\';
    text += c;
  }
  return text + ":" + Brief(description);
}

std::string PrintLines(const std::vector<std::string>& lines) {
  if (lines.empty()) return "";
  std::string text = "printf '%s\\n'";
  for (const std::string& line : lines) text += " " + ShellQuote(line);
  return text;
}

}  // namespace

std::string BashCompletion(const CommandEntry& program) {
  std::string script = "# bash completion for ephor: source it, or put it into /etc/bash_completion.d/.\n\n";
  AppendWords(program, script);
  const auto flags = [](const CommandEntry& command) {
    std::vector<std::string> names;
    for (const FlagEntry& flag : command.flags) {
      for (std::string& name : NamesOf(flag)) names.push_back(std::move(name));
    }
    return EchoWords(names);
  };
  AppendCases("_ephor_flags", program, flags, script);
  AppendTakesValue(program, script);
  return script.append(kBash);
}

std::string ZshCompletion(const CommandEntry& program) {
  std::string script =
      "#compdef ephor\n# zsh completion for ephor: source it, or put it as _ephor into a folder of "
      "$fpath.\n\n";
  AppendWords(program, script);
  const auto choices = [](const CommandEntry& command) {
    std::vector<std::string> lines = command.words;
    for (const CommandEntry& below : command.commands) {
      lines.push_back(Described(below.name, below.description));
    }
    return PrintLines(lines);
  };
  AppendCases("_ephor_choices", program, choices, script);
  const auto flags = [](const CommandEntry& command) {
    std::vector<std::string> lines;
    for (const FlagEntry& flag : command.flags) {
      for (const std::string& name : NamesOf(flag)) lines.push_back(Described(name, flag.description));
    }
    return PrintLines(lines);
  };
  AppendCases("_ephor_flags", program, flags, script);
  AppendTakesValue(program, script);
  return script.append(kZsh);
}

std::string FishCompletion(const CommandEntry& program) {
  std::string script =
      "# fish completion for ephor: put it as ephor.fish into ~/.config/fish/completions/.\n\n";
  std::string commands = "set -g __ephor_commands", valued = "set -g __ephor_valued", entries;
  ForEachCommand(program, [&](const CommandEntry& command) {
    const std::string begin = "complete -c ephor -n " + ShellQuote("__ephor_in " + command.path);
    for (const CommandEntry& below : command.commands) {
      commands += " " + ShellQuote(below.path);
      entries +=
          begin + " -f -a " + ShellQuote(below.name) + " -d " + ShellQuote(Brief(below.description)) + "\n";
    }
    for (const std::string& word : command.words) entries += begin + " -f -a " + ShellQuote(word) + "\n";
    for (const FlagEntry& flag : command.flags) {
      entries += begin;
      for (const std::string& name : flag.short_names) entries += " -s " + name;
      for (const std::string& name : flag.long_names) entries += " -l " + name;
      if (!flag.type.empty()) {
        entries += " -r";
        for (const std::string& name : NamesOf(flag)) valued += " " + ShellQuote(command.path + " " + name);
      }
      entries += " -d " + ShellQuote(Brief(flag.description)) + "\n";
    }
  });
  script += commands + "\n" + valued + "\n\n";
  script += kFish;
  return script + entries;
}

}  // namespace ephor::cli
