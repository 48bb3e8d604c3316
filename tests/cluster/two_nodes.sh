#!/usr/bin/env bash
# Slurm with two nodes on this machine, for slurm_test.ts. Needs root and Debian's slurm-wlm and munge; listens on 127.0.0.1.
#   two_nodes.sh start DIR       writes DIR/slurm.conf and starts the daemons
#   two_nodes.sh lose DIR NODE   kills a node's daemon and all that runs on it, as a power cut would
#   two_nodes.sh stop DIR
set -eu
action=$1 dir=$2 host=$(hostname -s)
export SLURM_CONF=$dir/slurm.conf

write_conf() {
  mkdir -p "$dir/state"
  {
    echo "ClusterName=trial"
    echo "SlurmctldHost=$host(127.0.0.1)"
    echo "SlurmctldPort=16817"
    echo "SlurmUser=root"
    echo "SlurmdUser=root"
    echo "AuthType=auth/munge"
    echo "StateSaveLocation=$dir/state"
    echo "SlurmdSpoolDir=$dir/spool.%n"
    echo "SlurmctldPidFile=$dir/slurmctld.pid"
    echo "SlurmdPidFile=$dir/%n.pid"
    echo "SlurmctldLogFile=$dir/slurmctld.log"
    echo "SlurmdLogFile=$dir/%n.log"
    echo "ProctrackType=proctrack/linuxproc"
    echo "TaskPlugin=task/none"
    echo "SelectType=select/cons_tres"
    echo "SelectTypeParameters=CR_Core"
    echo "JobAcctGatherType=jobacct_gather/none"
    echo "SlurmdParameters=config_overrides"
    echo "SlurmdTimeout=10"
    echo "KillWait=5"
    echo "ReturnToService=2"
    for i in 1 2; do
      echo "NodeName=n$i NodeHostname=$host NodeAddr=127.0.0.1 Port=$((16900 + i)) CPUs=1 RealMemory=4000"
    done
    echo "PartitionName=all Nodes=n1,n2 Default=YES State=UP"
  } >"$SLURM_CONF"
}

# the daemons of a node's steps keep its log open; what runs in them are their children
kill_tree() {
  local child
  for child in $(pgrep -P "$1"); do kill_tree "$child"; done
  kill -9 "$1" 2>/dev/null || true
}

case $action in
start)
  write_conf
  if ! munge -n >/dev/null 2>&1; then
    mkdir -p /run/munge
    chown munge:munge /run/munge
    su -s /bin/bash munge -c /usr/sbin/munged
    touch "$dir/own_munged"
  fi
  slurmctld
  for node in n1 n2; do slurmd -N "$node"; done
  for _ in $(seq 60); do
    [ "$(sinfo -h -t idle -o %D)" = 2 ] && exit 0
    sleep 0.5
  done
  cat "$dir"/*.log
  exit 1
  ;;
lose)
  kill -9 "$(cat "$dir/$3.pid")"
  for step in $(pgrep -x slurmstepd); do
    if ls -l "/proc/$step/fd" 2>/dev/null | grep -q "$dir/$3.log\$"; then kill_tree "$step"; fi
  done
  ;;
stop)
  for file in "$dir"/n?.pid "$dir/slurmctld.pid"; do
    if [ -f "$file" ]; then kill "$(cat "$file")" 2>/dev/null || true; fi
  done
  for step in $(pgrep -x slurmstepd); do
    if ls -l "/proc/$step/fd" 2>/dev/null | grep -q "$dir/n[12].log\$"; then kill_tree "$step"; fi
  done
  if [ -f "$dir/own_munged" ]; then kill "$(cat /run/munge/munged.pid)"; fi
  ;;
esac
