{{ config(materialized='handoff') }}

with

members as (

    {{
        identifier_rows(
            ref('stg_pospal__members'),
            source='pospal_member',
            record="'pospal_member:' || pospal_customer_uid",
            rule='member_register',
            seen_at='coalesce(registered_at, _exported_at)',
            identifiers=[
                {
                    'namespace': 'pospal_customer_uid',
                    'column': 'pospal_customer_uid',
                    'strength': 'strong',
                },
                {'namespace': 'member_no', 'column': 'member_no', 'strength': 'strong'},
                {'namespace': 'phone', 'column': 'phone', 'strength': 'strong'},
                {'namespace': 'email', 'column': 'email', 'strength': 'candidate'},
            ]
        )
    }}

),

taobao_members as (

    {{
        identifier_rows(
            ref('stg_taobao__members'),
            source='taobao_member',
            record="'taobao_member:' || taobao_open_uid",
            rule='member_register',
            seen_at='coalesce(last_trade_at, _exported_at)',
            identifiers=[
                {
                    'namespace': 'taobao_open_uid',
                    'column': 'taobao_open_uid',
                    'strength': 'strong',
                },
            ]
        )
    }}

),

form_entries as (

    {{
        identifier_rows(
            ref('stg_jinshuju__entries'),
            source='jinshuju_entry',
            record="'jinshuju_entry:' || form_id || ':' || entry_no",
            rule='survey',
            seen_at='coalesce(submitted_at, _exported_at)',
            identifiers=[
                {'namespace': 'wechat_oa_openid', 'column': 'oa_openid', 'strength': 'strong'},
                {'namespace': 'wechat_unionid', 'column': 'unionid', 'strength': 'strong'},
                {'namespace': 'phone', 'column': 'phone', 'strength': 'candidate'},
            ]
        )
    }}

),

form_users as (

    {{
        identifier_rows(
            ref('stg_linkwechat__survey_users'),
            source='linkwechat_survey_user',
            record="'linkwechat_survey_user:' || _content_hash",
            rule='survey',
            seen_at='coalesce(submitted_at, _exported_at)',
            identifiers=[
                {'namespace': 'wechat_oa_openid', 'column': 'oa_openid', 'strength': 'strong'},
                {'namespace': 'wechat_unionid', 'column': 'unionid', 'strength': 'strong'},
                {'namespace': 'phone', 'column': 'phone', 'strength': 'candidate'},
            ]
        )
    }}

),

survey_answers as (

    {{
        identifier_rows(
            ref('stg_wjx__answers'),
            source='wjx_answers',
            record="'wjx_answers:' || answer_no || ':' || cast(submitted_at as string)",
            rule='survey',
            seen_at='coalesce(submitted_at, _exported_at)',
            identifiers=[
                {'namespace': 'phone', 'column': 'phone', 'strength': 'candidate'},
            ]
        )
    }}

),

final as (

    select * from members
    union all
    select * from taobao_members
    union all
    select * from form_entries
    union all
    select * from form_users
    union all
    select * from survey_answers

)

select * from final
